{{=<% %>=}}exec ./heron-core/bin/heron-executor --shard={{mesos.instance}}<%# ports %> --<% flag %>={{thermos.ports[<% port %>]}}<%/ ports %> <% topologyArguments %>
