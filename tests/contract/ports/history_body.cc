#include "tests/contract/ports/history_body.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "actuator/io/rrd/history.h"
#include "tests/support/fakes/fake_history.h"
#include "tests/support/rrd_writer.h"
#include "tests/support/rrdcached.h"
#include "tests/support/wait.h"

namespace hotspot::contract {
namespace {

class FakeBody : public HistoryBody {
 public:
  void store(const Stored& stored) override {
    for (const auto& series : stored.series) history_.store(series);
  }
  ports::History& history() override { return history_; }

 private:
  fakes::FakeHistory history_;
};

enum class Way { kFolder, kSocket, kPort };

class RrdBody : public HistoryBody {
 public:
  explicit RrdBody(Way way) : way_(way) {
    folder_ = (std::filesystem::temp_directory_path() / "hotspot-rrd-XXXXXX").string();
    if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("cannot make " + folder_);
    if (way != Way::kFolder) daemon_ = std::make_unique<testing::Rrdcached>(folder_);
    source_.folder = way == Way::kPort ? "" : folder_;
    if (way == Way::kSocket) source_.daemon = daemon_->socket_address();
    if (way == Way::kPort) source_.daemon = daemon_->port_address();
    history_ = std::make_unique<io::RrdHistory>(io::RrdHistoryOptions{.sources = {source_}});
  }
  ~RrdBody() override {
    daemon_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // With a daemon the values stay in its memory: what is read must come from there.
  void store(const Stored& stored) override {
    testing::RrdFile file;
    file.path = folder_ + "/" + stored.host + "/" + stored.plugin + "/" + stored.type_instance + ".rrd";
    file.sources = stored.sources;
    file.rows = stored.rows;
    file.counter = stored.counter;
    file.first = kFirstRow;
    testing::write_rrd(file, daemon_ ? daemon_->socket_address() : "");
    if (way_ == Way::kPort) testing::wait_for([&] { return has(stored); });
  }
  ports::History& history() override { return *history_; }

 private:
  // What rrdcached is asked for while it writes the file that it was just sent may be without the newest rows.
  bool has(const Stored& stored) const {
    io::RrdHistory fresh(io::RrdHistoryOptions{.sources = {source_}});
    const auto content = fresh.read({.from = kFirstRow, .to = kFirstRow + kRow * 10});
    return content && std::all_of(stored.series.begin(), stored.series.end(), [&](const auto& wanted) {
             return std::any_of(content->series.begin(), content->series.end(), [&](const auto& one) {
               return one.name == wanted.name && one.device == wanted.device && !one.samples.empty();
             });
           });
  }

  Way way_;
  std::string folder_;
  io::RrdSource source_;
  std::unique_ptr<testing::Rrdcached> daemon_;
  std::unique_ptr<io::RrdHistory> history_;
};

}  // namespace

std::unique_ptr<HistoryBody> make_fake_history() { return std::make_unique<FakeBody>(); }
std::unique_ptr<HistoryBody> make_rrd_folder() { return std::make_unique<RrdBody>(Way::kFolder); }
std::unique_ptr<HistoryBody> make_rrdcached_on_socket() { return std::make_unique<RrdBody>(Way::kSocket); }
std::unique_ptr<HistoryBody> make_rrdcached_on_port() { return std::make_unique<RrdBody>(Way::kPort); }

}  // namespace hotspot::contract
