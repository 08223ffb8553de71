/** Java home that Heron's own configuration names. */
export const defaultJavaHome = "/usr/lib/jvm/java-1.8.0-openjdk-amd64/";

/** Root of the state tree in ZooKeeper unless the document says otherwise. */
export const defaultZooKeeperRoot = "/heron";

/** Where the local scheduler runs a topology unless the document says otherwise. */
export const defaultWorkingDirectory = "${HOME}/.herondata/topologies/${CLUSTER}/${ROLE}/${TOPOLOGY}";

/** Java of the local scheduler's containers unless the document says otherwise: that of who runs `heron`. */
export const localJavaHome = "${JAVA_HOME}";
