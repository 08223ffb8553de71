{{=<% %>=}}echo {{thermos.ports[yourkit]}} > yourkit.port
