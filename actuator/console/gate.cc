#include "actuator/console/gate.h"

#include <algorithm>
#include <utility>

#include "actuator/console/log.h"
#include "actuator/console/random.h"
#include "common/crypto/sha256.h"

namespace hotspot::console {
namespace {

constexpr Milliseconds kReload{2000};
constexpr std::size_t kCookieBytes = 32;

}  // namespace

Gate::Gate(std::unique_ptr<CredentialStore> store) : store_(std::move(store)), thread_([this] { run(); }) {}

Gate::~Gate() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::shared_ptr<const Credentials> Gate::credentials() const {
  const std::lock_guard lock(mutex_);
  return credentials_;
}

std::string Gate::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void Gate::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    lock.unlock();
    {
      const std::lock_guard store_lock(store_mutex_);
      reload();
    }
    lock.lock();
    changed_.wait_for(lock, kReload, [this] { return ending_; });
  }
}

void Gate::reload() {
  auto read = store_->read();
  if (read) tell(*read);
  const std::lock_guard lock(mutex_);
  if (!read) {
    if (problem_ != read.error().message) log_line(Priority::kError, read.error().message);
    problem_ = read.error().message;
    return;
  }
  if (!problem_.empty() && credentials_ != nullptr) log_line(Priority::kInfo, "Redis is back");
  problem_.clear();
  credentials_ = std::make_shared<const Credentials>(std::move(*read));
}

void Gate::tell(const Credentials& credentials) {
  std::string all;
  for (const std::string& one : credentials.problems()) all += (all.empty() ? "" : "; ") + one;
  if (all != told_ && !all.empty()) log_line(Priority::kWarning, all);
  told_ = all;
}

Result<Gate::Opened> Gate::open_session(const User& user, Milliseconds length) {
  const std::lock_guard store_lock(store_mutex_);
  const auto known = credentials();
  const auto token = known ? known->tokens().find(user.name) : std::map<std::string, Token>::const_iterator();
  if (known == nullptr || token == known->tokens().end()) return Error{"the token is no longer there"};
  const WallTime now = store_->now();
  const Opened opened{random_hex(kCookieBytes), now + length};
  const Session session{.sha256 = crypto::sha256_hex(opened.cookie),
                        .token = user.name,
                        .token_sha256 = token->second.sha256,
                        .created = now,
                        .expires = opened.expires};
  if (const auto dropped = store_->drop(known->sessions_to_drop(user.name, now)); !dropped) return dropped.error();
  if (const auto put = store_->put(session); !put) return put.error();
  reload();
  return opened;
}

Result<void> Gate::close_session(const std::string& sha256) {
  const std::lock_guard store_lock(store_mutex_);
  const auto dropped = store_->drop({session_field(sha256)});
  if (!dropped) return dropped.error();
  reload();
  return {};
}

}  // namespace hotspot::console
