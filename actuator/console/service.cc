#include "actuator/console/service.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "actuator/client/sending.h"
#include "actuator/console/answers.h"
#include "actuator/console/command_body.h"
#include "actuator/console/log.h"
#include "actuator/console/pages.h"
#include "actuator/console/to_json.h"
#include "actuator/record/json_text.h"
#include "common/text/visible.h"

namespace hotspot::console {
namespace {

constexpr std::size_t kMostTokenBytes = 256, kMostKeyBytes = 128;
constexpr const char* kBusy = "too many requests wait for Redis; try again";

std::string who(const User& user, const Request& request) {
  return user.name + " (" + to_string(user.role) + ") from " + request.address;
}

bool is_json(const std::string& content_type) {
  return content_type == "application/json" || content_type.starts_with("application/json;");
}

Reply not_allowed(const Match& match) {
  Reply reply = problem(405, "that can be done here: " + match.allow);
  reply.headers.emplace_back("Allow", match.allow);
  return reply;
}

std::string session_text(const User& user, const std::string& cluster, const std::string& cookie) {
  nlohmann::json json{{"user", user.name}, {"role", to_string(user.role)}, {"cluster", cluster}};
  if (!cookie.empty()) json["csrf"] = csrf_of(cookie);
  if (user.expires) json["expires"] = to_rfc3339(*user.expires);
  return to_text(json);
}

}  // namespace

Service::Service(const Config& config, const Parts& parts) : config_(config), parts_(parts) {}

bool Service::is_valid(const std::string& credential) const {
  const auto credentials = parts_.gate.credentials();
  return credentials != nullptr && credentials->by_credential(credential, clock_.now()).has_value();
}

Service::Outcome Service::handle(const Request& request, Done done) {
  if (!request.target) return problem(400, "the path or the query of this request cannot be read");
  const Match match = console::match(request.method, request.target->path);
  if (match.allow.empty()) {
    const auto& path = request.target->path;
    if (path.empty() || path.front() != "api") return page_reply(request);
    return problem(404, "there is no such thing in this API; see /api/v1/openapi.json");
  }
  if (match.route == nullptr) return not_allowed(match);
  if (match.route->access == Access::kAnybody) return open(request, match.route->operation, std::move(done));
  const auto credentials = parts_.gate.credentials();
  if (credentials == nullptr) return problem_for(Milliseconds(2000), 503, parts_.gate.problem());
  Call call{.request = request, .route = *match.route, .name = match.name, .user = {}};
  call.by_cookie = !request.bearer && !request.cookie.empty();
  const auto user = call.by_cookie   ? credentials->by_cookie(request.cookie, clock_.now())
                    : request.bearer ? credentials->by_token(*request.bearer, clock_.now())
                                     : std::nullopt;
  if (!user) return refuse_stranger(request, call.by_cookie ? "the session is over" : "this token is not known here");
  call.user = *user;
  return known(call, std::move(done));
}

Service::Outcome Service::open(const Request& request, Operation operation, Done done) {
  if (operation == Operation::kSignIn) return sign_in(request, std::move(done));
  if (operation == Operation::kOpenapi) return json_reply(200, std::string(embedded_openapi().content));
  if (operation == Operation::kReadyz) {
    const std::string wrong = parts_.gate.problem();
    if (!wrong.empty()) return problem_for(Milliseconds(2000), 503, "Redis does not answer");
  }
  return json_reply(200, "{\"status\":\"ok\"}");
}

// The answer to a wrong token or session. Whoever shows many of them has to wait; who has a right one never does, also
// behind the same proxy.
Reply Service::refuse_stranger(const Request& request, const std::string& why) {
  if (!request.bearer && request.cookie.empty()) return problem(401, "sign in, or send a token: Authorization: Bearer");
  const Milliseconds wait = failures_.take(limited_part(request.address), clock_.steady());
  if (wait > Milliseconds(0)) return problem_for(wait, 429, "too many wrong tokens came from this address");
  log_line(Priority::kWarning, "refused " + request.address + ": " + why);
  Reply reply = problem(401, why + "; sign in again");
  reply.headers.emplace_back("WWW-Authenticate", "Bearer");
  return reply;
}

Service::Outcome Service::sign_in(const Request& request, Done done) {
  if (!is_json(request.content_type)) return problem(415, "send JSON, with Content-Type: application/json");
  const nlohmann::json body = record::parse_json(request.body);
  const auto field = body.is_object() ? body.find("token") : body.end();
  if (!body.is_object() || field == body.end() || !field->is_string() || body.size() != 1)
    return problem(422, "the body must be {\"token\": TEXT}");
  const auto credentials = parts_.gate.credentials();
  if (credentials == nullptr) return problem_for(Milliseconds(2000), 503, parts_.gate.problem());
  const std::string& token = field->get_ref<const std::string&>();
  const auto user = token.size() > kMostTokenBytes ? std::nullopt : credentials->by_token(token, clock_.now());
  if (!user) {
    Request stranger = request;
    stranger.bearer = token;
    return refuse_stranger(stranger, "this token is not known here, or has expired");
  }
  const Milliseconds wait = sign_ins_.take(user->name, clock_.steady());
  if (wait > Milliseconds(0)) return problem_for(wait, 429, "you have signed in too often; wait a moment");
  return later(parts_.readers, [this, user = *user, by = who(*user, request), done](client::Connection&) mutable {
    const auto opened = parts_.gate.open_session(user, config_.session);
    if (!opened) return done(problem_for(Milliseconds(2000), 503, opened.error().message));
    log_line(Priority::kInfo, by + " signed in");
    user.expires = user.expires ? std::min(*user.expires, opened->expires) : opened->expires;
    Reply reply = json_reply(200, session_text(user, config_.cluster, opened->cookie));
    reply.headers.emplace_back("Set-Cookie", cookie_of(opened->cookie, config_.session));
    done(std::move(reply));
  });
}

std::string Service::cookie_of(const std::string& value, Milliseconds length) const {
  const std::string name = config_.tls() ? "__Host-hotspot" : "hotspot";
  return name + "=" + value + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(length.count() / 1000) +
         (config_.tls() ? "; Secure" : "");
}

Service::Outcome Service::known(const Call& call, Done done) {
  const bool reads = call.route.method == "GET";
  if (!reads && call.by_cookie && !equal_in_constant_time(call.request.csrf, csrf_of(call.request.cookie)))
    return problem(403, "the header X-CSRF-Token is missing or wrong; GET /api/v1/session says it");
  if (!is_allowed(call.route.access, call.user.role))
    return problem(403, call.user.name + " is a viewer; this needs the role operator");
  if (call.route.operation == Operation::kGetSession) return session(call);
  if (call.route.operation == Operation::kSignOut) return sign_out(call, std::move(done));
  return reads ? read(call, std::move(done)) : write(call, std::move(done));
}

Reply Service::session(const Call& call) const {
  return json_reply(200, session_text(call.user, config_.cluster, call.by_cookie ? call.request.cookie : ""));
}

Service::Outcome Service::sign_out(const Call& call, Done done) {
  if (!call.by_cookie) return problem(409, "a token has no session that could end");
  return later(parts_.readers, [this, credential = call.user.credential, done](client::Connection&) {
    const auto closed = parts_.gate.close_session(credential);
    if (!closed) return done(problem_for(Milliseconds(2000), 503, closed.error().message));
    Reply reply{.status = 204, .headers = {{"Set-Cookie", cookie_of("", Milliseconds(0))}}};
    done(std::move(reply));
  });
}

Service::Outcome Service::later(Workers& workers, Workers::Job job) {
  if (!workers.submit(std::move(job))) return problem_for(Milliseconds(1000), 503, kBusy);
  return Later{};
}

Service::Outcome Service::read(const Call& call, Done done) {
  const auto& query = call.request.target->query;
  if (call.route.operation == Operation::kEvents) {
    const auto position = query.find("position");
    const std::string& last = call.request.last_event_id;
    return Stream{parts_.feed.join(!last.empty() || position == query.end() ? last : position->second),
                  call.user.credential};
  }
  parts_.feed.note_interest();
  Question question{.operation = call.route.operation, .name = call.name, .query = query, .view = {}};
  return later(parts_.readers, [this, question = std::move(question), done](client::Connection& connection) mutable {
    question.view = parts_.feed.view();
    done(answer(question, connection));
  });
}

Service::Outcome Service::write(const Call& call, Done done) {
  const Milliseconds wait = writes_.take(call.user.name, clock_.steady());
  if (wait > Milliseconds(0)) return problem_for(wait, 429, call.user.name + " has sent too many commands");
  if (!call.request.body.empty() && !is_json(call.request.content_type))
    return problem(415, "send JSON, with Content-Type: application/json");
  const auto command = command_from({call.route.operation, call.name, call.request.body, call.user.name});
  if (!command) return problem(422, command.error().message);
  const auto* mode = std::get_if<client::SetMode>(&*command);
  if (mode != nullptr && mode->mode == "enforce" && call.user.role != Role::kAdmin)
    return problem(403, "the mode enforce needs the role admin");
  const auto record = client::command_of(*command);
  if (!record) return problem(422, record.error().message);
  return send(call, *record, std::move(done));
}

Service::Outcome Service::send(const Call& call, const record::Command& command, Done done) {
  const Idempotency::Key key{call.user.name, call.request.idempotency_key};
  if (key.key.size() > kMostKeyBytes) return problem(422, "an Idempotency-Key has at most 128 bytes");
  std::string path = call.request.method + " ";
  for (const std::string& part : call.request.target->path) path += "/" + part;
  if (!key.key.empty()) {
    const std::lock_guard lock(mutex_);
    if (auto before = repeated_.begin(key, path + "\n" + call.request.body, clock_.steady())) return *before;
  }
  const auto job = [this, key, command, done,
                    by = who(call.user, call.request) + ": " + path](client::Connection& redis) {
    const Sent sent = carry_out(command, redis);
    remember(key, sent.reply, sent.fate);
    log_line(Priority::kInfo, by + ": " + std::string(sent.fate));
    done(sent.reply);
  };
  Outcome outcome = later(parts_.writers, job);
  if (const auto* busy = std::get_if<Reply>(&outcome)) remember(key, *busy, kNotSent);
  return outcome;
}

void Service::remember(const Idempotency::Key& key, const Reply& reply, std::string_view fate) {
  if (key.key.empty()) return;
  const std::lock_guard lock(mutex_);
  if (fate == kNotSent)
    repeated_.forget(key);
  else
    repeated_.finish(key, reply);
}

}  // namespace hotspot::console
