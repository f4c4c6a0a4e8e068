// One store (lease and journal) as a contract test sees it: the fake one, or a real redis-server.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "actuator/ports/journal.h"
#include "actuator/ports/lease.h"
#include "actuator/ports/registry.h"
#include "actuator/record/decision_chain.h"

namespace hotspot::contract {

class StoreBody {
 public:
  virtual ~StoreBody() = default;
  // Each call makes another contender, as another hotspotd would be.
  virtual std::unique_ptr<ports::Lease> lease(const std::string& holder, Milliseconds duration) = 0;
  virtual std::unique_ptr<ports::Journal> journal() = 0;
  virtual std::unique_ptr<ports::Registry> registry() = 0;
  virtual std::vector<ports::Abstention> abstentions() = 0;
  virtual std::string published() = 0;  // as a collector would read it; empty: it is not there
  virtual record::ChainReport check_decisions() = 0;
  virtual Milliseconds steady() = 0;
  virtual void let_time_pass(Milliseconds duration) = 0;
  virtual void lose_everything() = 0;    // it is emptied; the connections stay
  virtual void start_again_empty() = 0;  // it ends and is started again, without its data
  virtual void cut_off() = 0;            // the store does not answer any more
};

struct StoreMaker {
  const char* name;
  std::unique_ptr<StoreBody> (*make)();
};
inline void PrintTo(const StoreMaker& maker, std::ostream* out) { *out << maker.name; }

std::unique_ptr<StoreBody> make_fake_store();
std::unique_ptr<StoreBody> make_redis_store();

inline const StoreMaker kStores[] = {{"Fake", make_fake_store}, {"Redis", make_redis_store}};

}  // namespace hotspot::contract
