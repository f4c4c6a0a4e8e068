#include "collectd-plugin/signing.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "collectd-plugin/private_file.h"

namespace hotspot::collector {
namespace {

// A larger number of starts cannot come from a clock or a counter.
constexpr std::uint64_t kMostBoot = std::uint64_t{1} << 62;

Result<crypto::SigningKey> key_in(const std::string& path, const std::string& pem) {
  auto key = crypto::SigningKey::from_pem(pem);
  if (key) return key;
  return Error{path + " is no key: " + key.error().message + "; remove it, and the next start makes a new one"};
}

struct FoundKey {
  crypto::SigningKey key;
  bool is_new = false;
};

Result<FoundKey> find_or_make_key(const std::string& path) {
  if (auto done = ensure_private_folder(path); !done) return done.error();
  auto text = read_private(path, kOthersMayNotRead);
  if (!text) return text.error();
  bool is_new = false;
  if (!*text) {
    auto made = crypto::SigningKey::generate();
    if (!made) return made.error();
    auto written = write_private(path, made->to_pem(), Existing::kKept);
    if (!written) return written.error();
    is_new = *written;
    // The file decides: another collectd may have been faster.
    text = read_private(path, kOthersMayNotRead);
    if (!text) return text.error();
    if (!*text) return Error{path + " was removed as soon as it was made: leave it there"};
  }
  auto key = key_in(path, **text);
  if (!key) return key.error();
  return FoundKey{std::move(*key), is_new};
}

struct Boot {
  std::uint64_t number = 0;
  std::string problem;  // empty: it was saved
};

std::uint64_t wall_milliseconds(WallTime now) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(to_unix_ms(now), 1));
}

std::optional<std::uint64_t> boot_in(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || number > kMostBoot) return std::nullopt;
  return number;
}

Boot next_boot(const std::string& path, WallTime now) {
  Boot boot{.number = wall_milliseconds(now), .problem = ""};
  const auto text = read_private(path, kOthersMayNotWrite);
  if (!text) {
    boot.problem = text.error().message;
    return boot;
  }
  if (*text) {
    const auto previous = boot_in(**text);
    if (previous) boot.number = std::max(boot.number, *previous + 1);
    if (!previous) boot.problem = path + " held no number, and counts from the clock again";
  }
  const auto written = write_private(path, std::to_string(boot.number) + "\n", Existing::kReplaced);
  if (!written) boot.problem = written.error().message;
  return boot;
}

std::string boot_file_beside(const std::string& key_file) {
  const std::size_t slash = key_file.rfind('/');
  return slash == std::string::npos ? "boot" : key_file.substr(0, slash + 1) + "boot";
}

}  // namespace

Result<Signing> begin_signing(const SigningOptions& options) {
  auto found = find_or_make_key(options.key_file);
  if (!found) return found.error();
  const Boot boot = next_boot(boot_file_beside(options.key_file), options.now);
  Signing signing;
  signing.signer = std::make_shared<SnapshotSigner>(std::move(found->key), options.cluster, boot.number);
  if (found->is_new) signing.notes.push_back("made a key for this node's snapshots: " + options.key_file);
  signing.notes.push_back("signs snapshots with key " + signing.signer->fingerprint());
  if (!boot.problem.empty()) {
    signing.warnings.push_back(
        boot.problem +
        "; without the number of the last start, a clock that was ahead once makes hotspotd refuse this node's "
        "snapshots as sent again, until it has a new key (hotspotctl node rekey)");
  }
  return signing;
}

}  // namespace hotspot::collector
