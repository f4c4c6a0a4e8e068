// Values that have only the name of a domain, because the expression aggregates its node away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/rules/world.h"

namespace hotspot::rules::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Milliseconds kSecond{1000};
constexpr const char* kHot = "  - {hotspot: Hot, expr: max by (domain) (domain_cpu_ratio) > 90%}\n";
constexpr const char* kTwins = "rule 'Hot': 2 domains have the name 'web'; keep the label node in the expression";

NodeSpec with_web(const std::string& name, const std::string& uuid) {
  return node(name).with(domain("web").uuid(uuid).cpu(0.95));
}

// One firing as "KEY on NODE".
std::vector<std::string> places(const Evaluation& evaluation) {
  std::vector<std::string> lines;
  for (const Firing& firing : evaluation.firings)
    lines.push_back(firing.subject.key() + " on " + firing.subject.node_uuid);
  return lines;
}

TEST(DomainNames, SpeakOfTheOnlyDomainOfTheirName) {
  World world(kHot);
  world.pass(kSecond).send(with_web("h1", "u1")).send(node("h2").with(domain("db").cpu(0.99)));
  EXPECT_THAT(places(world.evaluate()), ElementsAre("domain:u1 on uuid-of-h1", "domain:uuid-of-db on uuid-of-h2"));
}

TEST(DomainNames, OfTwoDomainsSpeakOfNeitherInAnyRule) {
  World world(std::string(kHot) +
              "  - {hotspot: Parts, expr: 'max by (domain, vcpu) (domain_vcpu_ratio) > 90%'}\n"
              "  - {hotspot: Kept, expr: 'max by (domain, node) (domain_cpu_ratio) > 90%'}\n");
  for (const char* name : {"h1", "h2"}) {
    auto twin = domain("web").uuid(std::string("u-") + name).cpu(0.95);
    world.send(node(name).with(twin.vcpu(0, 0.95).vcpu(1, 0.95)));
  }
  const Evaluation found = world.evaluate();
  EXPECT_THAT(places(found), ElementsAre("domain:u-h1 on uuid-of-h1", "domain:u-h2 on uuid-of-h2"));
  const std::string parts = "rule 'Parts': 2 domains have the name 'web'; keep the label node in the expression";
  EXPECT_THAT(found.problems, ElementsAre(kTwins, parts, parts)) << "one of each of its values";
}

TEST(DomainNames, SpeakOfTheOneThatIsLeftOnceItsTwinHasVanished) {
  World world(kHot);
  world.pass(kSecond).send(with_web("h1", "u1")).send(with_web("h2", "u2"));
  EXPECT_THAT(world.evaluate().problems, ElementsAre(kTwins));
  world.pass(kSecond).send(with_web("h1", "u1")).send(node("h2"));
  const Evaluation alone = world.evaluate();
  EXPECT_THAT(alone.problems, IsEmpty());
  EXPECT_THAT(places(alone), ElementsAre("domain:u1 on uuid-of-h1"));
  world.pass(kSecond).send(with_web("h1", "u1")).send(with_web("h2", "u2"));
  EXPECT_THAT(world.evaluate().problems, ElementsAre(kTwins)) << "and back again";
}

TEST(DomainNames, FollowADomainThatMoved) {
  World world(kHot);
  world.pass(kSecond).send(with_web("h1", "u1")).send(node("h2"));
  EXPECT_THAT(places(world.evaluate()), ElementsAre("domain:u1 on uuid-of-h1"));
  world.pass(kSecond).send(node("h1")).send(with_web("h2", "u1"));
  EXPECT_THAT(places(world.evaluate()), ElementsAre("domain:u1 on uuid-of-h2"));
}

TEST(DomainNames, ArePassedOnToAnotherDomain) {
  World world(kHot);
  world.pass(kSecond).send(with_web("h1", "u1"));
  EXPECT_THAT(places(world.evaluate()), ElementsAre("domain:u1 on uuid-of-h1"));
  world.pass(kSecond).send(node("h1"));
  world.evaluate();
  world.pass(kSecond).send(node("h1")).send(with_web("h2", "u2"));
  EXPECT_THAT(places(world.evaluate()), ::testing::Contains("domain:u2 on uuid-of-h2"));
}

TEST(DomainNames, KeepTheSubjectOfARuleThatKeepsItsNode) {
  World world(std::string(kHot) + "  - {hotspot: Kept, expr: domain_cpu_ratio > 90%}\n");
  world.pass(kSecond).send(with_web("h1", "u1"));
  EXPECT_THAT(places(world.evaluate()), ElementsAre("domain:u1 on uuid-of-h1", "domain:u1 on uuid-of-h1"));
}

}  // namespace
}  // namespace hotspot::rules::test
