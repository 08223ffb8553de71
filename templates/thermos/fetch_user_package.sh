{{=<% %>=}}<% fetchTopology %>
