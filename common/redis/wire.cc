#include "common/redis/wire.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "common/redis/hiredis_reply.h"
#include "common/redis/tls.h"

namespace hotspot::redis {
namespace {

using Clock = std::chrono::steady_clock;

// Writing to a socket that the other side has closed must not raise SIGPIPE: the process may be collectd's.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipe() {
    const timespec now{};
    if (!was_pending_) {
      while (sigtimedwait(&pipe_, nullptr, &now) == -1 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sigset_t pipe_, before_;
  bool was_pending_ = false;
};

Milliseconds until(Wire::Deadline deadline) {
  return std::max(std::chrono::round<Milliseconds>(deadline - Clock::now()), Milliseconds(0));
}

}  // namespace

void Wire::Closer::operator()(redisContext* context) const {
  const NoBrokenPipe guard;  // TLS says goodbye
  redisFree(context);
}

bool Wire::connected() {
  if (!context_) return false;
  pollfd poll_fd{context_->fd, POLLIN, 0};
  if (poll(&poll_fd, 1, 0) == 0) return true;
  // No data are expected between commands: what can be read is the end of the stream, or a record of TLS itself.
  const std::size_t before = context_->reader->len;
  if (redisBufferRead(context_.get()) != REDIS_OK || context_->reader->len != before) drop();
  return context_ != nullptr;
}

Result<void, CommandError> Wire::dial(Peer peer, Deadline deadline) {
  drop();
  peer_ = std::move(peer);
  patience_ = until(deadline);
  context_.reset(peer_.unix_socket.empty() ? redisConnectNonBlock(peer_.address.host.c_str(), peer_.address.port)
                                           : redisConnectUnixNonBlock(peer_.unix_socket.c_str()));
  if (!context_) return cannot_connect(peer_, "out of memory");
  auto done = finish_connecting(deadline);
  if (!done) drop();
  return done;
}

Result<void, CommandError> Wire::finish_connecting(Deadline deadline) {
  const auto no_answer = [this] { return "no answer within " + std::to_string(patience_.count()) + " ms"; };
  if (context_->err != 0) return cannot_connect(peer_, context_->errstr);
  build_replies(*context_->reader, budget_);
  const int fd = context_->fd;
  if (auto ready = wait(POLLOUT, deadline); !ready) {
    if (ready.error().fault != Fault::kTimedOut) return ready;
    return cannot_connect(peer_, no_answer());
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return cannot_connect(peer_, std::strerror(error));
  // Detects a peer that vanished without closing the connection (15 s in hiredis).
  if (peer_.unix_socket.empty()) redisEnableKeepAlive(context_.get());
  if (!options_.tls.on) return {};
  const NoBrokenPipe guard;
  std::optional<CommandError> gave_up;
  const auto problem = start_tls(*context_, options_.tls, peer_.address.host, [&](short events) {
    if (auto ready = wait(events, deadline); !ready) gave_up = ready.error();
    return !gave_up;
  });
  if (gave_up && gave_up->fault != Fault::kTimedOut) return *gave_up;
  if (gave_up) return cannot_connect(peer_, no_answer() + " to the TLS handshake; is its port a TLS port?");
  if (!problem.empty()) return cannot_encrypt(peer_, problem);
  return {};
}

Result<std::vector<Reply>, CommandError> Wire::exchange(std::span<const Command> commands, Deadline deadline) {
  if (!context_) return cannot_connect(peer_, "not connected");
  patience_ = until(deadline);
  for (const Command& command : commands)
    if (auto sent = send(command); !sent) return sent.error();
  if (auto flushed = flush(deadline); !flushed) return flushed.error();
  std::vector<Reply> replies;
  budget_ = ReplyBudget::of(options_.max_reply_bytes);
  while (replies.size() < commands.size()) {
    auto reply = receive(deadline);
    if (!reply) return reply.error();
    replies.push_back(std::move(*reply));
  }
  if (context_->reader->pos == context_->reader->len) return replies;
  drop();
  return connection_lost(peer_, "it answers more than it was asked");
}

Result<void, CommandError> Wire::send(const Command& command) {
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

Result<void, CommandError> Wire::flush(Deadline deadline) {
  const NoBrokenPipe guard;
  for (int done = 0;;) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) return lost();
    if (done != 0) return {};
    if (auto ready = wait(POLLOUT, deadline); !ready) return ready;
  }
}

Result<Reply, CommandError> Wire::receive(Deadline deadline) {
  for (;;) {
    void* raw = nullptr;
    if (redisReaderGetReply(context_->reader, &raw) != REDIS_OK) {
      if (budget_.is_spent) return too_large();
      std::string detail = context_->reader->errstr;
      drop();
      return connection_lost(peer_, detail);
    }
    if (raw != nullptr) return take_reply(raw);
    const std::size_t before = context_->reader->len;
    if (redisBufferRead(context_.get()) != REDIS_OK) return lost();
    const std::size_t taken = context_->reader->len - before;
    if (taken > budget_.bytes) return too_large();
    budget_.bytes -= taken;
    if (taken > 0) continue;
    if (auto ready = wait(POLLIN, deadline); !ready) return ready.error();
  }
}

CommandError Wire::too_large() {
  drop();
  return {Fault::kTooLarge, "",
          "a reply of " + to_string(peer_) + " is larger than " + std::to_string(options_.max_reply_bytes >> 20) +
              " MiB, or has more elements than any reply that is expected; it was refused"};
}

Result<void, CommandError> Wire::wait(short events, Deadline deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now()).count();
    pollfd poll_fds[2] = {{context_->fd, events, 0}, {interrupt_fd_, POLLIN, 0}};
    const int ready = poll(poll_fds, 2, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready > 0 && poll_fds[1].revents != 0) {
      drop();
      return CommandError{Fault::kInterrupted, "", "waiting for Redis was interrupted"};
    }
    if (ready > 0) return {};
    drop();
    return timed_out(peer_, patience_);
  }
}

CommandError Wire::lost() {
  std::string detail = context_->err == REDIS_ERR_IO ? std::strerror(errno) : context_->errstr;
  drop();
  return connection_lost(peer_, detail);
}

}  // namespace hotspot::redis
