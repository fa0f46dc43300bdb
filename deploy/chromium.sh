#!/bin/sh
# Puts Debian's chromium on the machine for the browser tests, where it is missing and installing is allowed.
# Without it those tests are skipped with the reason; with CI=true they fail.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium for the browser tests..."
    (apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium) >/dev/null 2>&1 && exit 0
fi
echo "chromium is not here and cannot be installed: browser tests will be skipped"
exit 0
