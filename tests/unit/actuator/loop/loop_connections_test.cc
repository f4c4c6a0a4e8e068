// What the loop makes of what the hypervisor reports of its connections.
#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

class Connections : public LoopStage {
 protected:
  Connections() {
    options_.mode = rules::Mode::kRecommend;
    log_.clear();
    loop_ = make_loop("hotspotd@one:1", lease_);
  }
  // What was reported meanwhile arrives, as it would through the inbox.
  void deliver() { admitting_.deliver(*loop_, clock_.now()); }
  std::vector<std::string> said() const {
    std::vector<std::string> lines;
    for (const std::string& line : log_) {
      if (line.find("libvirt") != std::string::npos && line.find("h1") != std::string::npos) lines.push_back(line);
    }
    return lines;
  }
};

TEST_F(Connections, AWrongUriIsSaidBeforeAnythingIsDoneAlsoWhereHotspotOnlyRecommends) {
  hypervisor_.fail_node(uuid_of("h1"), {ports::CallFault::kUnreachable, "unable to resolve 'h1'"});
  log_.clear();
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.1);
  deliver();
  const std::vector<std::string> expected{"h1: no connection to its libvirt: unable to resolve 'h1'"};
  EXPECT_EQ(said(), expected);
  EXPECT_EQ(loop_->connections().find(uuid_of("h1"))->problem, "unable to resolve 'h1'");
  EXPECT_TRUE(loop_->connections().find(uuid_of("h2"))->identity);
}

TEST_F(Connections, TheStatusNamesEachNodeThatIsNotConnectedAndSinceWhen) {
  second(0.1);
  deliver();
  hypervisor_.break_connection(uuid_of("h1"), "unable to resolve 'h1'");
  deliver();
  const double since = to_unix_seconds(clock_.now());
  for (int i = 0; i < 3; ++i) second(0.1);
  const auto connections = status().at("connections");
  EXPECT_EQ(connections.at("connected"), 1);
  EXPECT_EQ(connections.at("not_connected"), 1);
  const nlohmann::json expected{
      {"node_uuid", uuid_of("h1")}, {"node", "h1"}, {"problem", "unable to resolve 'h1'"}, {"since", since}};
  EXPECT_EQ(connections.at("troubles").at(0), expected);
}

TEST_F(Connections, AConnectionThatBreaksIsSaidOnceAndThatItIsBackOnce) {
  second(0.1);
  deliver();
  hypervisor_.break_connection(uuid_of("h1"), "libvirtd closed the connection");
  deliver();
  hypervisor_.break_connection(uuid_of("h1"), "Connection refused");
  deliver();
  clock_.advance(Milliseconds(90'000));
  hypervisor_.break_connection(uuid_of("h1"), "");
  deliver();
  const std::vector<std::string> expected{"h1: connected to its libvirt",
                                          "h1: no connection to its libvirt: libvirtd closed the connection",
                                          "h1: connected to its libvirt again, after 1 min 30 s"};
  EXPECT_EQ(said(), expected);
}

}  // namespace
}  // namespace hotspot::loop
