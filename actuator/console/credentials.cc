#include "actuator/console/credentials.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "actuator/record/json_text.h"
#include "common/crypto/hmac.h"
#include "common/crypto/sha256.h"
#include "common/text/visible.h"

namespace hotspot::console {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kTokenPrefix = "token:", kSessionPrefix = "session:";
constexpr std::size_t kMostFieldBytes = 4096;
constexpr std::size_t kMostNameBytes = 64;

std::string seal_of(const std::string& field, Json content, std::string_view key) {
  content.erase("seal");
  return crypto::hmac_sha256_hex(key, "hotspot-console\n" + field + "\n" + content.dump());
}

std::string sealed(const std::string& field, Json content, std::string_view key) {
  content["seal"] = seal_of(field, content, key);
  return content.dump();
}

bool has_seal(const std::string& field, const Json& content, std::string_view key) {
  const auto seal = content.find("seal");
  return seal != content.end() && seal->is_string() &&
         equal_in_constant_time(seal->get_ref<const std::string&>(), seal_of(field, content, key));
}

std::string word_in(const Json& content, const char* name) {
  const auto it = content.find(name);
  return it != content.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::optional<WallTime> time_in(const Json& content, const char* name) {
  const auto it = content.find(name);
  if (it == content.end() || !it->is_number_integer()) return std::nullopt;
  return from_unix_ms(it->get<std::int64_t>());
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<Token> token_from(const std::string& name, const Json& content) {
  const auto role = role_from_string(word_in(content, "role"));
  Token token{.name = name,
              .role = role.value_or(Role::kViewer),
              .sha256 = word_in(content, "sha256"),
              .created = time_in(content, "created").value_or(WallTime{}),
              .expires = time_in(content, "expires")};
  const auto expires = content.find("expires");
  const bool has_end = token.expires || (expires != content.end() && expires->is_null());
  if (!role || !is_digest(token.sha256) || !has_end || !check_user_name(name)) return std::nullopt;
  return token;
}

std::optional<Session> session_from(const std::string& sha256, const Json& content) {
  Session session{.sha256 = sha256,
                  .token = word_in(content, "token"),
                  .token_sha256 = word_in(content, "token_sha256"),
                  .created = time_in(content, "created").value_or(WallTime{}),
                  .expires = time_in(content, "expires").value_or(WallTime{})};
  if (!is_digest(sha256) || !is_digest(session.token_sha256)) return std::nullopt;
  return session;
}

}  // namespace

Result<void> check_user_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-@+").find(c) != std::string_view::npos;
  };
  if (!name.empty() && name.size() <= kMostNameBytes && std::all_of(name.begin(), name.end(), allowed)) return {};
  return Error{"'" + text::visible(name) + "' is no name of a user: 1 to 64 letters, digits and . _ - @ +"};
}

std::string token_field(std::string_view name) { return std::string(kTokenPrefix) + std::string(name); }
std::string session_field(std::string_view sha256) { return std::string(kSessionPrefix) + std::string(sha256); }

std::string to_json(const Token& token, std::string_view seal_key) {
  Json content{{"role", to_string(token.role)}, {"sha256", token.sha256}, {"created", to_unix_ms(token.created)}};
  content["expires"] = token.expires ? Json(to_unix_ms(*token.expires)) : Json();
  return sealed(token_field(token.name), content, seal_key);
}

std::string to_json(const Session& session, std::string_view seal_key) {
  const Json content{{"token", session.token},
                     {"token_sha256", session.token_sha256},
                     {"created", to_unix_ms(session.created)},
                     {"expires", to_unix_ms(session.expires)}};
  return sealed(session_field(session.sha256), content, seal_key);
}

Credentials Credentials::from_fields(const std::map<std::string, std::string>& fields, std::string_view seal_key) {
  Credentials all;
  for (const auto& [field, json] : fields) all.add(field, json, seal_key);
  return all;
}

void Credentials::add(const std::string& field, const std::string& json, std::string_view seal_key) {
  if (json.size() > kMostFieldBytes) return;
  const Json content = record::parse_json(json);
  if (!content.is_object()) return;
  if (field.starts_with(kTokenPrefix) && tokens_.size() < kMostTokens) {
    auto token = token_from(field.substr(kTokenPrefix.size()), content);
    if (!token) return problems_.push_back("the field '" + text::visible(field) + "' is no token");
    if (token->role == Role::kAdmin && !has_seal(field, content, seal_key)) {
      return problems_.push_back("the token of " + token->name +
                                 " does not count: it was not made with the Redis password that is used here, as the "
                                 "role admin needs; remove it and add it again");
    }
    names_[token->sha256] = token->name;
    tokens_[token->name] = std::move(*token);
  } else if (field.starts_with(kSessionPrefix) && sessions_.size() < kMostSessions) {
    auto session = session_from(field.substr(kSessionPrefix.size()), content);
    if (!session) return;
    sealed_sessions_[session->sha256] = has_seal(field, content, seal_key);
    sessions_[session->sha256] = std::move(*session);
  }
}

std::optional<User> Credentials::user_of(const Token& token, WallTime now) const {
  if (token.expires && *token.expires <= now) return std::nullopt;
  return User{.name = token.name, .role = token.role, .credential = token.sha256, .expires = token.expires};
}

std::optional<User> Credentials::by_token(std::string_view token, WallTime now) const {
  const std::string sha256 = crypto::sha256_hex(token);
  return names_.contains(sha256) ? by_credential(sha256, now) : std::nullopt;
}

std::optional<User> Credentials::by_cookie(std::string_view cookie, WallTime now) const {
  const std::string sha256 = crypto::sha256_hex(cookie);
  return sessions_.contains(sha256) ? by_credential(sha256, now) : std::nullopt;
}

std::optional<User> Credentials::by_credential(const std::string& sha256, WallTime now) const {
  if (const auto name = names_.find(sha256); name != names_.end()) {
    const auto token = tokens_.find(name->second);
    return token == tokens_.end() ? std::nullopt : user_of(token->second, now);
  }
  const auto session = sessions_.find(sha256);
  if (session == sessions_.end() || session->second.expires <= now) return std::nullopt;
  const auto token = tokens_.find(session->second.token);
  if (token == tokens_.end() || token->second.sha256 != session->second.token_sha256) return std::nullopt;
  if (token->second.role == Role::kAdmin && !sealed_sessions_.at(sha256)) return std::nullopt;
  auto user = user_of(token->second, now);
  if (!user) return std::nullopt;
  user->credential = sha256;
  user->expires = user->expires ? std::min(*user->expires, session->second.expires) : session->second.expires;
  return user;
}

std::vector<std::string> Credentials::sessions_to_drop(const std::string& token, WallTime now) const {
  std::vector<std::string> drop;
  std::vector<const Session*> own;
  for (const auto& [sha256, session] : sessions_) {
    if (session.expires <= now || !tokens_.contains(session.token))
      drop.push_back(session_field(sha256));
    else if (session.token == token)
      own.push_back(&session);
  }
  if (own.size() < kMostSessionsOfToken) return drop;
  std::sort(own.begin(), own.end(), [](const Session* a, const Session* b) { return a->created < b->created; });
  for (std::size_t i = 0; i + kMostSessionsOfToken <= own.size(); ++i) drop.push_back(session_field(own[i]->sha256));
  return drop;
}

std::string csrf_of(std::string_view cookie) { return crypto::sha256_hex("csrf " + std::string(cookie)); }

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  unsigned different = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    different |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return different == 0;
}

}  // namespace hotspot::console
