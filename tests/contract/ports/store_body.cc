#include "tests/contract/ports/store_body.h"

#include <gtest/gtest.h>

#include <vector>

#include "actuator/io/redis/decision_walk.h"
#include "actuator/io/redis/journal.h"
#include "actuator/io/redis/lease.h"
#include "actuator/io/redis/registry.h"
#include "actuator/io/system_clock.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_journal.h"
#include "tests/support/fakes/fake_lease.h"
#include "tests/support/fakes/fake_registry.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait.h"

namespace hotspot::contract {
namespace {

class FakeStoreBody : public StoreBody {
 public:
  std::unique_ptr<ports::Lease> lease(const std::string& holder, Milliseconds duration) override {
    return std::make_unique<fakes::FakeLease>(store_, clock_, holder, duration);
  }
  std::unique_ptr<ports::Journal> journal() override { return std::make_unique<fakes::FakeJournal>(store_, clock_); }
  std::unique_ptr<ports::Registry> registry() override { return std::make_unique<fakes::FakeRegistry>(store_, clock_); }
  std::vector<ports::Abstention> abstentions() override { return store_.abstentions; }
  std::string published() override {
    return clock_.steady() < store_.published_until ? store_.published : std::string();
  }
  record::ChainReport check_decisions() override {
    record::DecisionChain chain({});
    for (std::size_t i = 0; i < store_.decisions.size(); ++i)
      chain.add({std::to_string(i), store_.previous[i],
                 crypto::sha256_hex(record::hashed_text(store_.decisions[i], store_.previous[i]))});
    return chain.finish(store_.decision_head);
  }
  Milliseconds steady() override { return clock_.steady(); }
  void let_time_pass(Milliseconds duration) override { clock_.advance(duration); }
  void lose_everything() override { store_.lose_everything(); }
  void start_again_empty() override { store_.start_again_empty(); }
  void cut_off() override { store_.reachable = false; }

 private:
  fakes::FakeStore store_;
  fakes::FakeClock clock_;
};

class RedisStoreBody : public StoreBody {
 public:
  std::unique_ptr<ports::Lease> lease(const std::string& holder, Milliseconds duration) override {
    return std::make_unique<io::RedisLease>(client(), clock_, keyspace_, io::RedisLease::Terms{holder, duration});
  }
  std::unique_ptr<ports::Journal> journal() override { return std::make_unique<io::RedisJournal>(client(), keyspace_); }
  std::unique_ptr<ports::Registry> registry() override {
    return std::make_unique<io::RedisRegistry>(client(), keyspace_);
  }
  std::vector<ports::Abstention> abstentions() override {
    const auto reply = client().command({"HGET", keyspace_.state(), io::kAbstentionsField});
    return reply && reply->is_text() ? io::abstentions_from_text(reply->text) : std::vector<ports::Abstention>{};
  }
  std::string published() override {
    const auto reply = client().command({"GETRANGE", keyspace_.published(), "0", "-1"});
    return reply ? reply->text : reply.error().message;
  }
  record::ChainReport check_decisions() override { return *io::verify_decisions(client(), keyspace_, {}); }
  Milliseconds steady() override { return clock_.steady(); }
  void let_time_pass(Milliseconds duration) override {
    const Milliseconds until = clock_.steady() + duration;
    testing::wait_for([this, until] { return clock_.steady() > until; });
  }
  void lose_everything() override { ASSERT_TRUE(client().command({"FLUSHALL"})); }
  void start_again_empty() override {
    server_.stop();
    server_.start();
  }
  void cut_off() override { server_.stop(); }

 private:
  io::RedisClient& client() {
    redis::Options options;
    options.port = server_.port();
    clients_.push_back(std::make_unique<io::RedisClient>(options, clock_));
    return *clients_.back();
  }

  testing::RedisServer server_;
  io::SystemClock clock_;
  telemetry::Keyspace keyspace_ = *telemetry::Keyspace::of("contract");
  std::vector<std::unique_ptr<io::RedisClient>> clients_;
};

}  // namespace

std::unique_ptr<StoreBody> make_fake_store() { return std::make_unique<FakeStoreBody>(); }
std::unique_ptr<StoreBody> make_redis_store() { return std::make_unique<RedisStoreBody>(); }

}  // namespace hotspot::contract
