/** What a refresh records of a tree whose packing plan others have made, as by `heron update`, and whose containers all run. */
export const otherPlan = "another packing plan";
