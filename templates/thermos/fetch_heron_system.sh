{{=<% %>=}}<% fetchCore %>
