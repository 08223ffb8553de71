{{=<% %>=}}sum() { if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }
if [ ! -f <% file %> ] || [ "$(sum <% file %>)" != <% sha256 %> ]; then <% fetch %> || exit $?; fi
got=$(sum <% file %>)
if [ "$got" != <% sha256 %> ]; then echo "<% file %> has sha256 $got, expected <% sha256 %>" >&2; exit 65; fi
tar zxf <% file %>
