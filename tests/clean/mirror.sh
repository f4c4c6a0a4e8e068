#!/bin/bash
# mirror.sh SUITE      prints where Debian of that suite can be had: from HOTSPOT_MIRROR, or from the mirror of this machine's apt
#
# Exit code 75, and a sentence, if it cannot be reached or does not have that suite.
set -uo pipefail
[ $# = 1 ] || { sed '1d; /^#/!Q' "$0" >&2; exit 2; }
of_apt=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2> /dev/null | grep -v security | head -1)
mirror=${HOTSPOT_MIRROR:-${of_apt:-http://deb.debian.org/debian/}}
if ! curl -sfIL -m 20 -o /dev/null "${mirror%/}/dists/$1/Release"; then
  echo "mirror.sh: no clean Debian '$1': the mirror $mirror cannot be reached, or does not have it" >&2
  exit 75
fi
echo "$mirror"
