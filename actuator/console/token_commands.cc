#include "actuator/console/token_commands.h"

#include <cstdio>

#include "actuator/console/credential_store.h"
#include "actuator/console/random.h"
#include "actuator/console/to_json.h"
#include "common/crypto/sha256.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::console {
namespace {

constexpr int kFailed = 1, kUsage = 2, kNothing = 3;
constexpr std::size_t kTokenBytes = 32;

int fail(const std::string& message, int status = kFailed) {
  std::fprintf(stderr, "hotspot-console: %s\n", text::visible(message, text::kMostLineBytes).c_str());
  return status;
}

Result<std::optional<WallTime>> end_of(const std::string& expires, WallTime now) {
  if (expires == "never") return std::optional<WallTime>();
  const auto length = text::parse_loose_duration(expires);
  if (!length || *length < std::chrono::minutes(1) || *length > std::chrono::hours(24 * 366 * 10))
    return Error{"--expires " + expires + ": write a time such as 90d, or never; ten years at most"};
  return std::optional(now + *length);
}

}  // namespace

int add_token(const Config& config, const NewToken& wanted) {
  if (const auto name = check_user_name(wanted.name); !name) return fail(name.error().message, kUsage);
  const auto role = role_from_string(wanted.role);
  if (!role) return fail("'" + wanted.role + "' is no role: viewer, operator or admin", kUsage);
  const auto store = CredentialStore::open(target_of(config, "token"));
  if (!store) return fail(store.error().message);
  const WallTime now = (*store)->now();
  const auto expires = end_of(wanted.expires, now);
  if (!expires) return fail(expires.error().message, kUsage);
  const auto known = (*store)->read();
  if (!known) return fail(known.error().message);
  if (known->tokens().contains(wanted.name))
    return fail(wanted.name + " has a token already; remove it first: hotspot-console token remove " + wanted.name);
  if (known->tokens().size() >= kMostTokens) return fail("there are 1000 tokens already, which is the most");
  const std::string token = "hsc_" + random_hex(kTokenBytes);
  const auto put = (*store)->put(Token{
      .name = wanted.name, .role = *role, .sha256 = crypto::sha256_hex(token), .created = now, .expires = *expires});
  if (!put) return fail(put.error().message);
  std::fprintf(stderr, "The token of %s, role %s, expires %s. It is shown only now:\n", wanted.name.c_str(),
               to_string(*role), *expires ? to_rfc3339(**expires).c_str() : "never");
  std::printf("%s\n", token.c_str());
  return 0;
}

int list_tokens(const Config& config) {
  const auto store = CredentialStore::open(target_of(config, "token"));
  if (!store) return fail(store.error().message);
  const auto known = (*store)->read();
  if (!known) return fail(known.error().message);
  for (const std::string& problem : known->problems()) fail(problem);
  if (known->tokens().empty()) std::fprintf(stderr, "no tokens\n");
  if (!known->tokens().empty()) std::printf("%-24s  %-8s  %-24s  %s\n", "NAME", "ROLE", "CREATED", "EXPIRES");
  for (const auto& [name, token] : known->tokens()) {
    const bool over = token.expires && *token.expires <= (*store)->now();
    std::printf("%-24s  %-8s  %-24s  %s%s\n", name.c_str(), to_string(token.role), to_rfc3339(token.created).c_str(),
                token.expires ? to_rfc3339(*token.expires).c_str() : "never", over ? " (expired)" : "");
  }
  return 0;
}

int remove_token(const Config& config, const std::string& name) {
  if (const auto right = check_user_name(name); !right) return fail(right.error().message, kUsage);
  const auto store = CredentialStore::open(target_of(config, "token"));
  if (!store) return fail(store.error().message);
  const auto dropped = (*store)->drop({token_field(name)});
  if (!dropped) return fail(dropped.error().message);
  if (*dropped == 0) return fail(name + " has no token", kNothing);
  std::fprintf(stderr, "%s has no token any more; its sessions end within two seconds\n", name.c_str());
  return 0;
}

}  // namespace hotspot::console
