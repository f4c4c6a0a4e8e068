#include "actuator/io/redis/client.h"

#include <utility>

#include "actuator/io/redis/key_types.h"
#include "common/text/duration.h"

namespace hotspot::io {

RedisClient::RedisClient(redis::Options options, const ports::Clock& clock, redis::Backoff::Options backoff)
    : connection_(std::move(options)), clock_(clock), backoff_(backoff, redis::random_seed()) {}

Result<void, redis::CommandError> RedisClient::ensure_connected() {
  if (connection_.connected()) return {};
  if (last_error_ && clock_.steady() < retry_at_) return *last_error_;
  auto connected = connection_.connect();
  if (!connected)
    note(connected.error(), "");
  else
    ++connections_;
  return connected;
}

Result<redis::Reply, redis::CommandError> RedisClient::command(const redis::Command& command, Milliseconds extra_wait) {
  return ask(command, extra_wait, command.front());
}

Result<redis::Reply, redis::CommandError> RedisClient::ask(const redis::Command& command, Milliseconds extra_wait,
                                                           const std::string& name) {
  if (auto ready = ensure_connected(); !ready) return ready.error();
  auto reply = connection_.command(command, extra_wait);
  if (!reply && reply.error().code == "WRONGTYPE") reply = with_types(command, reply.error());
  if (reply)
    note_done(name);
  else if (reply.error().fault == redis::Fault::kTooLarge)
    note(reply.error(), name);  // Redis is well, and others of its replies can be read
  else if (reply.error().fault != redis::Fault::kRefused || redis::calls_for_a_new_connection(reply.error().code))
    note(reply.error(), "");
  else if (redis::is_fault_of_redis(reply.error()))
    note(reply.error(), name);
  return reply;
}

// Redis does not say which of the keys has the wrong type.
redis::CommandError RedisClient::with_types(const redis::Command& command, redis::CommandError error) {
  std::string keys;
  for (const std::string& word : command) {
    const std::string right = right_type_of(word);
    if (right.empty()) continue;
    const auto type = connection_.command({"TYPE", word});
    if (type && type->text != "none" && type->text != right)
      keys += (keys.empty() ? "" : ", ") + word + " is a " + type->text + ", where a " + right + " belongs";
  }
  return keys.empty() ? error : wrong_types(std::move(error), keys);
}

// name: "" if no command can be executed until the next attempt is due.
void RedisClient::note(const redis::CommandError& error, const std::string& name) {
  if (name.empty()) {
    last_error_ = error;
    retry_at_ = clock_.steady() + backoff_.next();
  }
  failing_.insert(name);
  if (trouble_.is_news(error, clock_.steady()) && on_change_) on_change_(false, error.message);
}

void RedisClient::note_done(const std::string& name) {
  last_error_.reset();
  backoff_.reset();
  if (failing_.empty()) return;
  failing_.erase("");
  failing_.erase(name);
  if (!failing_.empty()) return;
  const auto lasted = trouble_.over(clock_.steady());
  if (lasted && on_change_)
    on_change_(true, to_string(connection_.peer()) + " is well again after " + text::duration_text(*lasted));
}

Result<std::string, redis::CommandError> RedisClient::digest_of(const RedisScript& script) {
  if (auto known = digests_.find(script.text); known != digests_.end()) return known->second;
  auto loaded = command({"SCRIPT", "LOAD", script.text});
  if (!loaded) return loaded.error();
  return digests_[script.text] = loaded->text;
}

Result<redis::Reply, redis::CommandError> RedisClient::run(const RedisScript& script,
                                                           const std::vector<std::string>& keys,
                                                           const std::vector<std::string>& arguments) {
  auto digest = digest_of(script);
  if (!digest) return digest.error();
  redis::Command call{"EVALSHA", *digest, std::to_string(keys.size())};
  call.insert(call.end(), keys.begin(), keys.end());
  call.insert(call.end(), arguments.begin(), arguments.end());
  auto reply = ask(call, Milliseconds(0), *digest);
  if (reply || reply.error().code != "NOSCRIPT") return reply;
  call[0] = "EVAL";  // Redis was restarted or replaced: EVAL also loads the script again
  call[1] = script.text;
  return ask(call, Milliseconds(0), *digest);
}

}  // namespace hotspot::io
