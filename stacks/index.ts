import { deployStack } from "../components/stack";

/** The Pulumi program of this project: what `stacks/<stack>.yaml` describes. */
export = deployStack;
