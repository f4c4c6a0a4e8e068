#include "actuator/console/workers.h"

#include <utility>

namespace hotspot::console {

Result<std::unique_ptr<Workers>> Workers::start(const client::Target& target, Options options) {
  std::unique_ptr<Workers> workers(new Workers(options));
  for (std::size_t i = 0; i < options.threads; ++i) {
    auto connection = client::Connection::open(target);
    if (!connection) return connection.error();
    workers->connections_.push_back(std::move(*connection));
  }
  for (const auto& connection : workers->connections_)
    workers->threads_.emplace_back([all = workers.get(), one = connection.get()] { all->run(*one); });
  return workers;
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= options_.most_waiting) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void Workers::run(client::Connection& connection) {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (ending_) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job(connection);
    lock.lock();
  }
}

}  // namespace hotspot::console
