#include "actuator/io/redis_client.h"

#include <utility>

namespace hotspot::io {

RedisClient::RedisClient(RedisOptions options, const ports::Clock& clock, Backoff::Options backoff)
    : connection_(std::move(options)), clock_(clock), backoff_(backoff, random_seed()) {}

Result<void, RedisError> RedisClient::ensure_connected() {
  if (connection_.connected()) return {};
  if (last_error_ && clock_.steady() < retry_at_) return *last_error_;
  if (auto connected = connection_.connect(); !connected) {
    last_error_ = connected.error();
    retry_at_ = clock_.steady() + backoff_.next();
    return connected;
  }
  last_error_.reset();
  backoff_.reset();
  return {};
}

Result<RedisReply, RedisError> RedisClient::command(const RedisCommand& command, Milliseconds extra_wait) {
  if (auto ready = ensure_connected(); !ready) return ready.error();
  auto reply = connection_.command(command, extra_wait);
  if (!reply && reply.error().code == "READONLY") connection_.drop();  // the master moved: resolve the address again
  return reply;
}

Result<std::string, RedisError> RedisClient::digest_of(const RedisScript& script) {
  if (auto known = digests_.find(script.text); known != digests_.end()) return known->second;
  auto loaded = command({"SCRIPT", "LOAD", script.text});
  if (!loaded) return loaded.error();
  return digests_[script.text] = loaded->text;
}

Result<RedisReply, RedisError> RedisClient::run(const RedisScript& script, const std::vector<std::string>& keys,
                                                const std::vector<std::string>& arguments) {
  auto digest = digest_of(script);
  if (!digest) return digest.error();
  RedisCommand call{"EVALSHA", *digest, std::to_string(keys.size())};
  call.insert(call.end(), keys.begin(), keys.end());
  call.insert(call.end(), arguments.begin(), arguments.end());
  auto reply = command(call);
  if (reply || reply.error().code != "NOSCRIPT") return reply;
  call[0] = "EVAL";  // a Redis that was restarted or replaced: EVAL also makes it known again
  call[1] = script.text;
  return command(call);
}

}  // namespace hotspot::io
