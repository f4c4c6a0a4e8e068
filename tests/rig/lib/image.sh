# The guest's kernel and initrd: Debian's cloud kernel, busybox for its start, and our agent (guest/). Kept in
# RIG_CACHE under the hash of what they are made of; the link by-sources finds them without asking apt.

readonly GUEST_MODULES="virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover
  net_failover virtio_net virtio_blk virtio_balloon virtio_mem"

image_sources_key() { cat "$here"/guest/* "$here/lib/image.sh" | sha256sum | cut -c1-12; }

# The directory with vmlinuz and initrd.gz, made when it is not there.
image_dir() {
  local by_sources
  by_sources=$RIG_CACHE/by-sources-$(image_sources_key)
  [ -e "$by_sources/initrd.gz" ] || guest_build > /dev/null
  readlink -f "$by_sources"
}

image_kernel_package() {
  apt-cache depends linux-image-cloud-amd64 2> /dev/null | awk '/Depends: linux-image/ { print $2; exit }'
}

guest_build() {
  [ $# = 0 ] || wrong_usage "guest build takes nothing"
  require gcc cpio gzip dpkg apt-get apt-cache sha256sum flock
  [ -x /bin/busybox ] || die "busybox is missing; packaging/dependencies.sh rig installs it"
  mkdir -p "$RIG_CACHE"
  (
    flock 9
    local package version dir sources
    sources=$(image_sources_key)
    package=$(image_kernel_package)
    if [ -z "$package" ]; then
      apt-get update > /dev/null 2>&1 || true
      package=$(image_kernel_package)
    fi
    [ -n "$package" ] || die "apt knows no linux-image-cloud-amd64; a guest needs a Debian mirror once"
    version=$(apt-cache policy "$package" | awk '/Candidate:/ { print $2 }')
    dir=$RIG_CACHE/guest-$(echo "$sources $package $version" | sha256sum | cut -c1-12)
    [ -e "$dir/initrd.gz" ] || image_make "$package" "$dir"
    ln -sfn "$dir" "$RIG_CACHE/by-sources-$sources"
    echo "$dir"
  ) 9> "$RIG_CACHE/lock"
}

image_make() {
  local package=$1 dir=$2 t m file
  # We run in a subshell and hold the lock: what was left of one that was killed goes, and ours goes however we end.
  rm -rf "$RIG_CACHE"/making-*
  t=$(mktemp -d "$RIG_CACHE/making-XXXXXX")
  # shellcheck disable=SC2064
  trap "rm -rf '$t'" EXIT
  chmod 755 "$t"
  (cd "$t" && apt-get download -q "$package") > "$t/log" 2>&1 ||
    { apt-get update && cd "$t" && apt-get download -q "$package"; } >> "$t/log" 2>&1 ||
    die "cannot download $package: $(tail -1 "$t/log")"
  dpkg -x "$t/$package"*.deb "$t/kernel"
  mkdir -p "$t/out" "$t/i"/{bin,m}
  cp "$t"/kernel/boot/vmlinuz-* "$t/out/vmlinuz"
  for m in $GUEST_MODULES; do
    file=$(find "$t/kernel" -name "$m.ko*" | head -1)
    case $file in
      *.ko) cp "$file" "$t/i/m/" ;;
      *.ko.xz) xz -dc "$file" > "$t/i/m/$m.ko" || die "cannot unpack $file with xz (package xz-utils)" ;;
      *.ko.*) die "cannot unpack $file: only xz is known here" ;;
    esac    # a module that this kernel has built in is not there, and not needed
  done
  cp /bin/busybox "$t/i/bin/"
  cp "$here/guest/init" "$t/i/init"
  chmod 755 "$t/i/init"
  gcc -std=gnu17 -O2 -Wall -Wextra -static -pthread -o "$t/i/bin/agent" "$here"/guest/*.c > "$t/log" 2>&1 ||
    die "cannot compile the guest's agent: $(head -3 "$t/log")"
  strip "$t/i/bin/agent"
  (cd "$t/i" && find . | LC_ALL=C sort | cpio -o -H newc --reproducible 2> /dev/null | gzip -1n) > "$t/out/initrd.gz"
  rm -rf "$dir"
  mv "$t/out" "$dir"
}
