// hotspot.so: the interface to collectd. Exceptions are caught in each callback.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "collectd-plugin/collectd_abi.h"
#include "collectd-plugin/config.h"
#include "collectd-plugin/dispatch/leader_notice.h"
#include "collectd-plugin/dispatch/leader_values.h"
#include "collectd-plugin/libvirt_reader.h"
#include "collectd-plugin/notifier.h"
#include "collectd-plugin/redis_publisher.h"
#include "collectd-plugin/sampler.h"
#include "collectd-plugin/signing.h"
#include "collectd-plugin/wall_clock.h"
#include "common/text/visible.h"
#include "telemetry/keyspace.h"

using namespace hotspot;
using namespace hotspot::collector;

namespace {

// collectd loads a plugin once and calls init, read and shutdown from its own threads, never two at a time.
ConfigBlocks g_blocks;
std::optional<PluginConfig> g_config;
std::vector<std::string> g_warnings;  // of all blocks: a later block may remove the cause of a warning
std::shared_ptr<Notifier> g_notifier;
std::unique_ptr<Sampler> g_sampler;
cdtime_t g_interval = 0;  // only collectd's own threads can read it

void log(Level level, const std::string& text) {
  const int priority = level == Level::kError ? LOG_ERR : level == Level::kWarning ? LOG_WARNING : LOG_INFO;
  plugin_log(priority, "%s", text::visible(text, text::kMostLineBytes).c_str());
}

template <typename Body>
int guarded(const char* what, Body body) {
  try {
    return body();
  } catch (const std::exception& problem) {
    log(Level::kError, std::string("hotspot: ") + what + " failed: " + problem.what());
  } catch (...) {
    log(Level::kError, std::string("hotspot: ") + what + " failed");
  }
  return -1;
}

ConfigItem item_from(const oconfig_item_t& from) {
  ConfigItem item{.key = from.key != nullptr ? from.key : "", .values = {}, .children = {}};
  for (int i = 0; i < from.values_num; ++i) {
    const oconfig_value_t& value = from.values[i];
    if (value.type == OCONFIG_TYPE_STRING) item.values.emplace_back(std::string(value.value.string));
    if (value.type == OCONFIG_TYPE_NUMBER) item.values.emplace_back(value.value.number);
    if (value.type == OCONFIG_TYPE_BOOLEAN) item.values.emplace_back(value.value.boolean != 0);
  }
  for (int i = 0; i < from.children_num; ++i) item.children.push_back(item_from(from.children[i]));
  return item;
}

int configure(oconfig_item_t* root) {
  return guarded("the configuration", [&] {
    CheckedConfig checked = g_blocks.add(item_from(*root));
    for (const std::string& error : checked.errors) log(Level::kError, error);
    if (!g_blocks.is_right()) return -1;
    g_config = std::move(checked.config);
    g_warnings = std::move(checked.warnings);
    return 0;
  });
}

template <std::size_t N>
void copy(char (&to)[N], const std::string& from) {
  const std::size_t length = std::min(from.size(), N - 1);
  std::memcpy(to, from.data(), length);
  to[length] = '\0';
  std::replace(to, to + length, '/', '_');  // it becomes a path in the RRD directory
}

// Hotspot's own types are in hotspot_types.db, which may be missing: that is reported once, and the values are left
// out.
bool has_type(const std::string& type) {
  static std::mutex mutex;  // the sampler makes one call at a time, and the publisher another
  static std::map<std::string, bool> known;
  const std::lock_guard lock(mutex);
  const auto [entry, is_new] = known.try_emplace(type, true);
  if (!is_new) return entry->second;
  entry->second = plugin_get_ds(type.c_str()) != nullptr;
  if (!entry->second) {
    log(Level::kWarning, "hotspot: collectd knows no type '" + type +
                             "', its values are left out; add hotspot_types.db to TypesDB, and collectd's own types.db "
                             "with it, which TypesDB drops otherwise");
  }
  return entry->second;
}

void dispatch(const ValueList& from, WallTime taken_at) {
  if (!has_type(from.type)) return;
  value_t values[3];
  value_list_t list = {};
  list.values = values;
  for (const Value& value : from.values) {
    if (const auto* gauge = std::get_if<double>(&value)) {
      values[list.values_len++].gauge = *gauge;
    } else {
      values[list.values_len++].derive = std::get<std::int64_t>(value);
    }
  }
  list.time = MS_TO_CDTIME_T(to_unix_ms(taken_at));
  list.interval = from.interval_seconds > 0 ? DOUBLE_TO_CDTIME_T(from.interval_seconds) : g_interval;
  copy(list.host, from.host.empty() ? std::string(hostname_g) : from.host);
  copy(list.plugin, from.plugin);
  copy(list.plugin_instance, from.plugin_instance);
  copy(list.type, from.type);
  copy(list.type_instance, from.type_instance);
  plugin_dispatch_values(&list);
}

// Runs in the notifier's thread, in which collectd calls the notification plugins. People read the texts in mails and
// logs.
void send_notice(const Notice& from) {
  notification_t notice = {};
  notice.severity = from.severity == Severity::kFailure   ? NOTIF_FAILURE
                    : from.severity == Severity::kWarning ? NOTIF_WARNING
                                                          : NOTIF_OKAY;
  notice.time = cdtime();
  const std::string message = text::visible(from.message, sizeof notice.message - 1);
  std::memcpy(notice.message, message.data(), message.size());
  copy(notice.host, from.host.empty() ? std::string(hostname_g) : text::visible(from.host));
  copy(notice.plugin, from.plugin);
  copy(notice.plugin_instance, text::visible(from.plugin_instance));
  copy(notice.type, from.type);
  copy(notice.type_instance, text::visible(from.type_instance));
  plugin_dispatch_notification(&notice);
}

std::shared_ptr<Notifier> make_notifier() {
  return std::make_shared<Notifier>(send_notice, [](std::size_t lost) {
    log(Level::kWarning,
        "hotspot: " + std::to_string(lost) +
            " notifications were dropped, because a notification plugin took too long for those before");
  });
}

void notify(const StateNotice& from) {
  g_notifier->push({.severity = from.severity,
                    .message = from.message,
                    .host = from.host,
                    .plugin = g_config ? g_config->plugin_name : "virt",
                    .plugin_instance = from.plugin_instance,
                    .type = "domain_state",
                    .type_instance = ""});
}

// Runs in the publisher's thread.
std::function<void(PublishedReader::Found)> take_published(const PluginConfig& config, double interval_seconds) {
  const auto values = std::make_shared<LeaderValues>(config.cluster, interval_seconds);
  return [values, notifier = g_notifier, tells = config.notifications,
          said = false](PublishedReader::Found found) mutable {
    if (!found.remark.empty()) log(Level::kWarning, "hotspot: " + found.remark);
    const WallTime now = wall_now();
    if (found.to_store) {
      for (const ValueList& list : values->of(*found.to_store, now)) dispatch(list, now);
      if (values->left_out() > 0 && !std::exchange(said, true))
        log(Level::kWarning,
            "hotspot: some numbers of rules are not stored: the names of two rules are the same once "
            "they are made fit for files, or there are more than " +
                std::to_string(LeaderValues::kMostNamed) + " names since collectd started");
    } else if (found.leader_is_gone) {
      for (const ValueList& list : values->without_leader()) dispatch(list, now);
    }
    if (!tells) return;
    for (const telemetry::NewsItem& item : found.news) notifier->push(leader_notice(item));
  };
}

// A relative path is relative to BaseDir, where collectd keeps its own files: /var/lib/collectd on Debian.
std::string key_file(const PluginConfig& config) {
  const std::string given = config.key_file.empty() ? "hotspot/node.key" : config.key_file;
  const char* base = global_option_get("BaseDir");
  return given.starts_with('/') || base == nullptr ? given : std::string(base) + "/" + given;
}

// Without a key, snapshots are sent unsigned: hotspotd decides whether it accepts them (require_keys), and collectd's
// other values do not depend on it.
std::shared_ptr<const SnapshotSigner> make_signer(const PluginConfig& config) {
  const WallTime now = wall_now();
  const auto signing = begin_signing({.key_file = key_file(config), .cluster = config.cluster, .now = now});
  if (!signing) {
    log(Level::kError, "hotspot: KeyFile " + signing.error().message +
                           "; then restart collectd. Until then snapshots are sent unsigned, and hotspotd refuses "
                           "them unless it is told require_keys: false");
    return nullptr;
  }
  for (const std::string& warning : signing->warnings) log(Level::kWarning, "hotspot: " + warning);
  for (const std::string& note : signing->notes) log(Level::kInfo, "hotspot: " + note);
  return signing->signer;
}

std::unique_ptr<Publisher> make_publisher(const PluginConfig& config, double interval_seconds) {
  RedisPublisherOptions options;
  options.redis = config.redis.server;
  options.redis.client_name = "hotspot-collector";
  options.redis.connect_timeout = options.redis.command_timeout =
      Milliseconds(static_cast<std::int64_t>(config.redis.timeout_seconds * 1000));
  const telemetry::Keyspace keys = telemetry::Keyspace::of(config.cluster).value();
  options.redis.key = options.stream = keys.snapshots();
  options.published = keys.published();
  options.cluster = config.cluster;
  options.on_published = take_published(config, interval_seconds);
  options.signer = make_signer(config);
  options.max_age = Milliseconds(static_cast<std::int64_t>(config.redis.max_age_seconds * 1000));
  options.backlog = static_cast<std::size_t>(config.redis.backlog);
  options.backlog_bytes = static_cast<std::size_t>(config.redis.backlog_bytes);
  // Redis is found again within two intervals after it is back.
  options.longest_retry_delay = std::clamp(Milliseconds(static_cast<std::int64_t>(interval_seconds * 1000)),
                                           Milliseconds(200), Milliseconds(5000));
  options.on_change = [](bool connected, const std::string& message) {
    log(connected ? Level::kInfo : Level::kError, "hotspot: " + message);
  };
  return std::make_unique<RedisPublisher>(std::move(options));
}

LibvirtReaderOptions reader_options(const PluginConfig& config, double interval) {
  LibvirtReaderOptions options;
  options.uri = config.connection;
  options.refresh_interval = std::chrono::seconds(static_cast<int>(std::ceil(config.refresh_interval_seconds)));
  options.source = config.kernel ? Source::kKernelAndLibvirt : Source::kLibvirt;
  options.read_interval = Seconds(interval);
  const GroupSeconds seconds = group_seconds(config.groups, interval);
  options.groups.memory = Seconds(seconds.memory);
  options.groups.disks = Seconds(seconds.disks);
  options.groups.jobs = Seconds(seconds.jobs);
  if (seconds.dirty_rate) options.groups.dirty_rate = Seconds(*seconds.dirty_rate);
  options.groups.disk_errors = config.extra_stats.has(ExtraStat::kDiskErr);
  options.perf_events = config.extra_stats.has(ExtraStat::kPerf);
  options.affinity = config.extra_stats.has(ExtraStat::kVcpuPin);
  options.metadata = config.metadata;
  // Twice this, plus the rest of a read, is within what the sampler waits.
  const double limit = config.timeout_seconds > 0 ? config.timeout_seconds : interval * 0.9;
  options.patience = std::chrono::milliseconds(static_cast<std::int64_t>(std::min(limit * 350, 5000.0)));
  return options;
}

int read(user_data_t*) {
  return guarded("a read", [] {
    // collectd calls a plugin that reports an error less and less often, up to once a day. The sampler logs errors
    // itself.
    if (g_sampler) g_sampler->read();
    return 0;
  });
}

int start() {
  return guarded("the start", [] {
    if (g_sampler) return 0;
    PluginConfig config = g_config.value_or(PluginConfig());
    config.own_host = hostname_g;
    for (const std::string& warning : g_warnings) log(Level::kWarning, warning);
    g_interval = plugin_get_interval();
    const double interval = CDTIME_T_TO_DOUBLE(g_interval);
    const LibvirtReaderOptions reader = reader_options(config, interval);
    g_notifier = make_notifier();
    g_sampler = std::make_unique<Sampler>(
        config, interval,
        SamplerPorts{.make_reader = [reader] { return std::make_unique<LibvirtReader>(reader); },
                     .publisher = make_publisher(config, interval),
                     .dispatch = dispatch,
                     .log = log,
                     .notify = notify});
    return 0;
  });
}

int stop() {
  return guarded("the end", [] {
    g_sampler.reset();
    g_notifier.reset();
    return 0;
  });
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void module_register() {
  plugin_register_complex_config("hotspot", configure);
  plugin_register_init("hotspot", start);
  plugin_register_complex_read(nullptr, "hotspot", read, 0, nullptr);
  plugin_register_shutdown("hotspot", stop);
}
