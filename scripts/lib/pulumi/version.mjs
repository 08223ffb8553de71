/** The Pulumi CLI that is got where there is none: the one that the tests run on. */
export const cliVersion = "3.250.0";
