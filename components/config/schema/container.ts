import type { ContainerArgs } from "../../topology-args";
import { choice, list, object, required, text } from "./build";
import { nonEmpty } from "./rules";

type DockerArgs = Extract<ContainerArgs, { docker: unknown }>["docker"];
type MesosArgs = Extract<ContainerArgs, { mesos: unknown }>["mesos"];
type MesosImageArgs = NonNullable<MesosArgs["image"]>;

const docker = object<DockerArgs>("Run in Docker (the scheduler must allow it).", {
  image: required(text("Image with its tag.", { ...nonEmpty, example: "eclipse-temurin:8-jre" })),
  parameters: list(
    "Parameters of the Docker command line, in order; the scheduler must allow them.",
    object<NonNullable<DockerArgs["parameters"]>[number]>("One parameter.", {
      name: required(text("Long option without its dashes.", { ...nonEmpty, example: "volume" })),
      value: required(text("Its value.", { example: "/data:/data:ro" })),
    }),
  ),
});

const mesosImage = object<MesosImageArgs>(
  "Root file system of the container: a Docker or an AppC image.",
  {
    docker: object<Extract<MesosImageArgs, { docker: unknown }>["docker"]>("A Docker image.", {
      name: required(text("Repository of the image.", { ...nonEmpty, example: "library/eclipse-temurin" })),
      tag: required(text("Tag of the image.", { ...nonEmpty, example: "8-jre" })),
    }),
    appc: object<Extract<MesosImageArgs, { appc: unknown }>["appc"]>("An AppC image.", {
      name: required(text("Name of the image.", { ...nonEmpty, example: "example.com/jre" })),
      imageId: required(text("Id of the image.", { ...nonEmpty, example: "sha512-f8e1" })),
    }),
  },
  { exactlyOneOf: ["docker", "appc"] },
);

const mesos = object<MesosArgs>("Run in Mesos' unified containerizer.", {
  image: mesosImage,
  volumes: list(
    "Folders of the host seen in the container.",
    object<NonNullable<MesosArgs["volumes"]>[number]>("One folder.", {
      containerPath: required(text("Where the container sees it.", { ...nonEmpty, example: "/data" })),
      hostPath: required(text("Where it is on the host.", { ...nonEmpty, example: "/mnt/data" })),
      mode: required(choice("What the container may do with it.", { RO: "read", RW: "read and write" })),
    }),
  ),
});

/** The image that containers run in. */
export const container = object<ContainerArgs>(
  "The image that containers run in; left out, they run on the host's own file system. In a document it replaces the one under `defaults` as a whole.",
  { docker, mesos },
  { exactlyOneOf: ["docker", "mesos"], example: { docker: { image: "eclipse-temurin:8-jre" } } },
);
