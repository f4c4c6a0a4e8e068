// In which reads libvirt is asked for all domains, for one, or for nobody.
#include "collectd-plugin/list_pace.h"

#include <gtest/gtest.h>

#include <string>

namespace hotspot::collector {
namespace {

using Files = ListPace::Files;

// A letter a read: A all domains, 1 one domain, - nobody.
std::string asked(ListPace& pace, int reads, Files files) {
  std::string text;
  for (int i = 0; i < reads; ++i) {
    const ListPace::Ask ask = pace.next(files);
    text += ask == ListPace::Ask::kAll ? 'A' : ask == ListPace::Ask::kOne ? '1' : '-';
  }
  return text;
}

TEST(ListPace, AsksForAllDomainsInEachReadInWhichAFileWasWritten) {
  ListPace pace;
  EXPECT_EQ(asked(pace, 3, Files::kWritten), "AAA");
}

TEST(ListPace, AsksForOneDomainInEverySecondReadWhileNoFileIsWrittenAndForAllAfterTwelve) {
  ListPace pace;
  pace.next(Files::kWritten);
  EXPECT_EQ(asked(pace, 24, Files::kSame), "-1-1-1-1-1-A-1-1-1-1-1-A");
}

TEST(ListPace, BeginsAnewAfterAFileWasWritten) {
  ListPace pace;
  asked(pace, 10, Files::kSame);
  pace.next(Files::kWritten);
  EXPECT_EQ(asked(pace, 12, Files::kSame), "-1-1-1-1-1-A");
}

}  // namespace
}  // namespace hotspot::collector
