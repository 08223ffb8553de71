/** Options for a Java process that lives for a test: it would end before the time that goes into better code is made up for. */
export const shortLived = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"] as const;
