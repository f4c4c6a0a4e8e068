#include "actuator/io/redis_connection.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "actuator/io/hiredis_reply.h"
#include "actuator/io/password_file.h"
#include "actuator/io/redis_errors.h"

namespace hotspot::io {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

void RedisConnection::Closer::operator()(redisContext* context) const { redisFree(context); }

RedisConnection::RedisConnection(RedisOptions options)
    : options_(std::move(options)), interrupt_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

RedisConnection::~RedisConnection() {
  if (interrupt_fd_ >= 0) close(interrupt_fd_);
}

void RedisConnection::interrupt() { eventfd_write(interrupt_fd_, 1); }

void RedisConnection::drop() { context_.reset(); }

bool RedisConnection::connected() {
  if (!context_) return false;
  // Between commands nothing is expected: something to read is the end of the stream.
  pollfd poll_fd{context_->fd, POLLIN, 0};
  if (poll(&poll_fd, 1, 0) != 0) drop();
  return context_ != nullptr;
}

Result<void, RedisError> RedisConnection::connect() {
  drop();
  patience_ = options_.connect_timeout;
  const Deadline deadline = Clock::now() + options_.connect_timeout;
  if (auto dialled = dial(deadline); !dialled) {
    drop();
    return dialled;
  }
  auto introduced = introduce(deadline);
  if (!introduced) drop();
  return introduced;
}

Result<void, RedisError> RedisConnection::dial(Deadline deadline) {
  context_.reset(options_.unix_socket.empty() ? redisConnectNonBlock(options_.host.c_str(), options_.port)
                                              : redisConnectUnixNonBlock(options_.unix_socket.c_str()));
  if (!context_) return cannot_connect(options_, "out of memory");
  if (context_->err != 0) return cannot_connect(options_, context_->errstr);
  if (auto ready = wait(POLLOUT, deadline); !ready) {
    if (ready.error().fault != RedisFault::kTimedOut) return ready;
    return cannot_connect(options_, "no answer within " + std::to_string(options_.connect_timeout.count()) + " ms");
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return cannot_connect(options_, std::strerror(error));
  // Finds a peer that vanished without a word (15 s in hiredis).
  if (options_.unix_socket.empty()) redisEnableKeepAlive(context_.get());
  return {};
}

Result<void, RedisError> RedisConnection::introduce(Deadline deadline) {
  if (!options_.password_file.empty()) {
    auto password = read_password(options_.password_file);
    if (!password) return cannot_connect(options_, password.error().message);
    RedisCommand auth{"AUTH"};
    if (!options_.user.empty()) auth.push_back(options_.user);
    auth.push_back(*password);
    if (auto reply = exchange(auth, deadline); !reply) return reply.error();
  }
  // The name is a courtesy: a server that refuses it is used all the same.
  auto named = exchange({"CLIENT", "SETNAME", options_.client_name}, deadline);
  if (!named && (named.error().fault != RedisFault::kRefused || named.error().code == "NOAUTH")) return named.error();
  return {};
}

Result<RedisReply, RedisError> RedisConnection::command(const RedisCommand& command, Milliseconds extra_wait) {
  if (!connected()) return cannot_connect(options_, "not connected");
  patience_ = options_.command_timeout + extra_wait;
  return exchange(command, Clock::now() + patience_);
}

Result<RedisReply, RedisError> RedisConnection::exchange(const RedisCommand& command, Deadline deadline) {
  if (auto sent = send(command); !sent) return sent.error();
  if (auto flushed = flush(deadline); !flushed) return flushed.error();
  std::size_t budget_bytes = options_.max_reply_bytes;
  auto reply = receive(deadline, budget_bytes);
  if (reply && reply->is_error()) return refused(options_, reply->text);
  return reply;
}

Result<std::vector<RedisReply>, RedisError> RedisConnection::pipeline(const std::vector<RedisCommand>& commands) {
  if (!connected()) return cannot_connect(options_, "not connected");
  patience_ = options_.command_timeout;
  const Deadline deadline = Clock::now() + patience_;
  for (const RedisCommand& command : commands)
    if (auto sent = send(command); !sent) return sent.error();
  if (auto flushed = flush(deadline); !flushed) return flushed.error();
  std::vector<RedisReply> replies;
  std::size_t budget_bytes = options_.max_reply_bytes;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    auto reply = receive(deadline, budget_bytes);
    if (!reply) return reply.error();
    replies.push_back(std::move(*reply));
  }
  return replies;
}

Result<void, RedisError> RedisConnection::send(const RedisCommand& command) {
  std::vector<const char*> words;
  std::vector<std::size_t> lengths;
  for (const std::string& word : command) {
    words.push_back(word.data());
    lengths.push_back(word.size());
  }
  const int count = static_cast<int>(words.size());
  if (redisAppendCommandArgv(context_.get(), count, words.data(), lengths.data()) != REDIS_OK) return lost();
  return {};
}

Result<void, RedisError> RedisConnection::flush(Deadline deadline) {
  for (int done = 0;;) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) return lost();
    if (done != 0) return {};
    if (auto ready = wait(POLLOUT, deadline); !ready) return ready;
  }
}

Result<RedisReply, RedisError> RedisConnection::receive(Deadline deadline, std::size_t& budget_bytes) {
  for (;;) {
    void* raw = nullptr;
    if (redisReaderGetReply(context_->reader, &raw) != REDIS_OK) {
      std::string detail = context_->reader->errstr;
      drop();
      return connection_lost(options_, detail);
    }
    if (raw != nullptr) return take_reply(static_cast<redisReply*>(raw));
    const std::size_t before = context_->reader->len;
    if (redisBufferRead(context_.get()) != REDIS_OK) return lost();
    const std::size_t taken = context_->reader->len - before;
    if (taken > budget_bytes) {
      drop();
      return RedisError{RedisFault::kTooLarge, "",
                        "a reply of Redis at " + address_text(options_) + " is larger than " +
                            std::to_string(options_.max_reply_bytes >> 20) + " MiB; it was not taken in"};
    }
    budget_bytes -= taken;
    if (taken > 0) continue;
    if (auto ready = wait(POLLIN, deadline); !ready) return ready.error();
  }
}

Result<void, RedisError> RedisConnection::wait(short events, Deadline deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now()).count();
    pollfd poll_fds[2] = {{context_->fd, events, 0}, {interrupt_fd_, POLLIN, 0}};
    const int ready = poll(poll_fds, 2, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready > 0 && poll_fds[1].revents != 0) {
      drop();
      return RedisError{RedisFault::kInterrupted, "", "waiting for Redis was interrupted"};
    }
    if (ready > 0) return {};
    drop();
    return timed_out(options_, patience_);
  }
}

RedisError RedisConnection::lost() {
  std::string detail = context_->err == REDIS_ERR_IO ? std::strerror(errno) : context_->errstr;
  drop();
  return connection_lost(options_, detail);
}

}  // namespace hotspot::io
