// Who may use the console: the tokens and sessions that the hash `console` holds.
//
// A token is 256 random bits, so its SHA-256 alone is kept: a slow hash protects passwords that people choose, and
// would add nothing here. A session is kept by the SHA-256 of its cookie, and names its token: without the token, it
// ends. Anybody with Redis' role hotspot-operator can write that hash, and may do what a console's operator may anyway.
// What gives the role admin counts only with a seal: an HMAC by the Redis password of the console.
//
// Times are arguments. Thread rule: values.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/console/role.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::console {

inline constexpr std::size_t kMostTokens = 1000;
inline constexpr std::size_t kMostSessions = 2000;
inline constexpr std::size_t kMostSessionsOfToken = 50;

struct Token {
  std::string name;  // of the user; the owner of commands
  Role role = Role::kViewer;
  std::string sha256;
  WallTime created{};
  std::optional<WallTime> expires;  // empty: never
  bool operator==(const Token&) const = default;
};

struct Session {
  std::string sha256;        // of the cookie
  std::string token;         // its name
  std::string token_sha256;  // a token that was made anew under the same name has no old sessions
  WallTime created{}, expires{};
  bool operator==(const Session&) const = default;
};

// A user as a request proved it.
struct User {
  std::string name;
  Role role = Role::kViewer;
  std::string credential;  // the SHA-256 of the token or the cookie
  std::optional<WallTime> expires;
};

// An error: letters, digits, and . _ - @ + only, at most 64.
Result<void> check_user_name(std::string_view name);

std::string token_field(std::string_view name);
std::string session_field(std::string_view sha256);
std::string to_json(const Token& token, std::string_view seal_key);
std::string to_json(const Session& session, std::string_view seal_key);

class Credentials {
 public:
  // From the fields of the hash, which may have been written by anybody. What cannot be read counts as not there.
  static Credentials from_fields(const std::map<std::string, std::string>& fields, std::string_view seal_key);

  std::optional<User> by_token(std::string_view token, WallTime now) const;
  std::optional<User> by_cookie(std::string_view cookie, WallTime now) const;
  // Whether what proved a user still does.
  std::optional<User> by_credential(const std::string& sha256, WallTime now) const;

  const std::map<std::string, Token>& tokens() const { return tokens_; }        // by name
  const std::map<std::string, Session>& sessions() const { return sessions_; }  // by SHA-256
  const std::vector<std::string>& problems() const { return problems_; }        // sentences: what does not count, why
  // Fields of sessions that are over, and of the oldest ones of this token that leave no room for another.
  std::vector<std::string> sessions_to_drop(const std::string& token, WallTime now) const;

 private:
  void add(const std::string& field, const std::string& json, std::string_view seal_key);
  std::optional<User> user_of(const Token& token, WallTime now) const;

  std::map<std::string, Token> tokens_;
  std::map<std::string, std::string> names_;  // SHA-256 of a token → its name
  std::map<std::string, Session> sessions_;
  std::map<std::string, bool> sealed_sessions_;
  std::vector<std::string> problems_;
};

// The value of X-CSRF-Token for a session: whoever does not know the cookie cannot know it.
std::string csrf_of(std::string_view cookie);
// Whether two texts are equal, in a time that does not depend on where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace hotspot::console
