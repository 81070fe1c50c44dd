#!/bin/sh
# busybox httpd runs this for "/". uname is asked at each request: what it says is what really runs, emulated or not.
machine=$(uname -m)
case $machine in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
  *) architecture=$machine ;;
esac
printf 'Content-Type: text/html; charset=utf-8\r\n\r\n'
cat <<EOF
<!doctype html>
<html lang="en">
<title>hello-web</title>
<h1>Hello from linux/$architecture</h1>
<p>The machine calls itself $machine; this page was made by user $(id -u).</p>
</html>
EOF
