// Gives notifications to collectd from a thread of its own: collectd calls each notification plugin in the thread of
// who notifies, and one that hangs (a mail server, a script) must delay no read and no snapshot.
//
// Bounded: of more than kMostWaiting the oldest give way; how many is said when it goes on. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "collectd-plugin/domain_state_words.h"
#include "telemetry/units.h"

namespace hotspot::collector {

// As collectd's threshold plugin fills a notification_t; texts may be anything, whoever sends them makes them fit.
struct Notice {
  Severity severity = Severity::kOkay;
  std::string message;
  std::string host;  // empty: collectd's own
  std::string plugin, plugin_instance, type, type_instance;
  bool operator==(const Notice&) const = default;
};

class Notifier {
 public:
  static constexpr std::size_t kMostWaiting = 256;
  static constexpr Milliseconds kFarewell{1000};

  // send: may hang. dropped: how many gave way, called from the thread.
  Notifier(std::function<void(const Notice&)> send, std::function<void(std::size_t)> dropped);
  // What waits is not sent any more. A thread that hangs in a notification plugin is left behind after kFarewell:
  // collectd never unloads a plugin, so its code stays until the process ends.
  ~Notifier();
  void push(Notice notice);  // never blocks

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the thread
};

}  // namespace hotspot::collector
