#include "collectd-plugin/libvirt_reader.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "collectd-plugin/config.h"
#include "collectd-plugin/definitions.h"
#include "collectd-plugin/domain_process.h"
#include "collectd-plugin/domain_stats.h"
#include "collectd-plugin/lanes.h"
#include "collectd-plugin/libvirt_files.h"
#include "collectd-plugin/libvirt_monitor.h"
#include "collectd-plugin/links.h"
#include "collectd-plugin/list_pace.h"
#include "collectd-plugin/node_facts.h"
#include "collectd-plugin/node_offers.h"
#include "collectd-plugin/proc_reader.h"
#include "collectd-plugin/storage.h"
#include "collectd-plugin/wall_clock.h"
#include "common/libvirt/typed_fields.h"

namespace hotspot::collector {
namespace {

using MonitorLanes = Lanes<MonitorQuestion, MonitorAnswer>;

bool is_running(const DomainReading& domain) {
  return domain.state == VIR_DOMAIN_RUNNING || domain.state == VIR_DOMAIN_BLOCKED;
}

Seconds age_of(std::int64_t started_at) {
  return std::max(Seconds(wall_now().time_since_epoch()) - Seconds(started_at), Seconds(0));
}

// For these, libvirt returns the tap device's counters from the guest's side: the kernel's own can be used instead.
bool is_tap(const InterfaceDefinition& interface) {
  return !interface.device.empty() && (interface.type == "bridge" || interface.type == "network");
}

bool same_state(const virDomainStatsRecord& a, const virDomainStatsRecord& b) {
  const virt::TypedFields before(a.params, a.nparams), now(b.params, b.nparams);
  for (const char* field : {"state.state", "state.reason"})
    if (before.whole(field) != now.whole(field)) return false;
  return virDomainGetID(a.dom) == virDomainGetID(b.dom);
}

// Only the system's libvirtd keeps its files in the expected place.
LibvirtFiles files_of(const std::string& uri, Source source) {
  return uri == "qemu:///system" && source == Source::kKernelAndLibvirt ? LibvirtFiles(LibvirtFiles::Folders{})
                                                                        : LibvirtFiles();
}

MonitorLanes::Worker monitor_worker(const std::string& uri, Access access) {
  auto monitor = std::make_shared<LibvirtMonitor>(uri, access);
  return [monitor](const MonitorQuestion& question) { return monitor->answer(question); };
}

}  // namespace

struct LibvirtReader::Impl {
  explicit Impl(LibvirtReaderOptions from)
      : options(std::move(from)),
        this_machine(is_local(options.uri)),
        local(this_machine && options.source == Source::kKernelAndLibvirt),
        files(files_of(options.uri, options.source)),
        definitions(options.refresh_interval, options.metadata,
                    [this](DomainDefinition& definition) {
                      for (telemetry::DiskSource& disk : definition.disks) storage.locate(disk);
                      offers.complete(definition.needs, fixed);
                    }),
        processes(options.proc_path),
        links(options.proc_path, options.sys_path),
        storage(options.proc_path, options.sys_path, options.refresh_interval),
        offers(options.sys_path, options.refresh_interval),
        plan(options.groups, options.read_interval),
        lanes([uri = options.uri, access = options.groups.dirty_rate ? Access::kReadWrite : Access::kReadOnly] {
          return monitor_worker(uri, access);
        }) {}

  LibvirtReaderOptions options;
  bool this_machine;
  bool local;  // the kernel of this machine can be used
  virt::OwnConnectionHandle connection;
  telemetry::NodeSample fixed;
  LibvirtFiles files;
  std::map<std::string, std::optional<DomainStamp>> stamps;  // by UUID, for this read
  // The domains as libvirt last listed them, with their states.
  struct Listed {
    virt::StatsHandle records;
    int count = 0, next = 0;  // the domain that is asked for next
    ListPace pace;
  } listed;
  Definitions definitions;
  DomainProcesses processes;
  std::map<std::string, int> not_found;  // by UUID: the id of a domain whose process was not found
  Links links;
  Storage storage;
  NodeOffers offers;
  std::map<std::string, std::int64_t> plugged;  // by UUID: the memory that libvirt reported when the XML was read
  int interface_looks = 0;  // reads in which libvirt is asked for all interfaces, after links were added or removed
  MonitorPlan plan;
  MonitorLanes lanes;

  Result<void> connect();
  void learn_where();
  void read_node(NodeReading& node);
  Result<virt::StatsHandle> list_domains(unsigned groups, int& count, Reading& reading);
  Result<void> list_states(unsigned more_groups, Reading& reading);
  bool one_is_as_listed();
  Result<void> read_domains(Reading& reading);
  void read_kernel(DomainReading& domain, MonitorSubject& subject);
  void find_processes(const Reading& reading);
  bool interfaces_from_kernel(DomainReading& domain) const;
  Result<void> ask_for_interfaces(Reading& reading, const std::set<std::string>& uuids);
  void watch_memory(const Reading& reading);
  void ask_monitors(Reading& reading, const std::vector<MonitorSubject>& subjects);
};

// libvirt's default URI: the machine is known only after connecting.
void LibvirtReader::Impl::learn_where() {
  const virt::TextHandle uri(virConnectGetURI(connection.get()));
  this_machine = uri && is_local(uri.get());
  local = this_machine && options.source == Source::kKernelAndLibvirt;
  files = uri ? files_of(uri.get(), options.source) : LibvirtFiles();
}

Result<void> LibvirtReader::Impl::connect() {
  if (connection && virConnectIsAlive(connection.get()) == 1) return {};
  connection.reset(virConnectOpenReadOnly(options.uri.c_str()));
  if (!connection) return Error{"cannot connect to " + libvirt_at(options.uri) + ": " + virt::last_error_text()};
  listed = {};
  if (options.uri.empty()) learn_where();
  auto read = read_node_facts(connection.get());
  if (!read) {
    connection.reset();
    return read.error();
  }
  fixed = std::move(*read);
  definitions.clear();
  offers.forget();
  interface_looks = 2;
  return {};
}

void LibvirtReader::Impl::read_node(NodeReading& node) {
  node.fixed = fixed;
  offers.refresh(connection.get(), this_machine ? NodeOffers::Kernel::kAsk : NodeOffers::Kernel::kOfAnotherMachine,
                 steady_now());
  offers.add_to(node.fixed);
  if (!local) {
    read_node_cpu(connection.get(), node);
    read_node_memory(connection.get(), node.fixed);
  } else {
    read_proc_counters(options.proc_path, node);
    read_sys(options.sys_path, node.fixed);
    // libvirt sees a new interface slightly later than the kernel.
    if (links.read()) interface_looks = 3;
    node.links = links.of_node();
  }
  if (!this_machine) return;
  read_proc(options.proc_path, node.fixed);
  storage.refresh(steady_now());
  node.fixed.filesystems = storage.filesystems();
  node.fixed.block_devices = storage.block_devices();
}

Result<virt::StatsHandle> LibvirtReader::Impl::list_domains(unsigned groups, int& count, Reading& reading) {
  virDomainStatsRecordPtr* raw = nullptr;
  constexpr unsigned kFlags = VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE | VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT;
  const SteadyTime began = steady_now();
  count = virConnectGetAllDomainStats(connection.get(), groups, &raw, kFlags);
  reading.at = began + (steady_now() - began) / 2;
  if (count >= 0) return virt::StatsHandle(raw);
  const Error error{"the domains cannot be read: " + virt::last_error_text()};
  if (virConnectIsAlive(connection.get()) != 1) connection.reset();
  return error;
}

// Also false if libvirt does not answer: the list then says why.
bool LibvirtReader::Impl::one_is_as_listed() {
  if (listed.count == 0) return false;
  listed.next = (listed.next + 1) % listed.count;
  const virDomainStatsRecord& before = *listed.records.get()[listed.next];
  virDomainPtr asked[] = {before.dom, nullptr};
  virDomainStatsRecordPtr* raw = nullptr;
  const int count =
      virDomainListGetStats(asked, VIR_DOMAIN_STATS_STATE, &raw, VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
  if (count < 0) return false;
  const virt::StatsHandle records(raw);
  return count == 1 && same_state(before, *raw[0]);
}

Result<void> LibvirtReader::Impl::list_states(unsigned more_groups, Reading& reading) {
  const bool same = files.look(wall_now()) && more_groups == 0 && listed.records;
  const ListPace::Ask ask = listed.pace.next(same ? ListPace::Files::kSame : ListPace::Files::kWritten);
  if (ask == ListPace::Ask::kNobody || (ask == ListPace::Ask::kOne && one_is_as_listed())) {
    reading.at = steady_now();
    return {};
  }
  listed.records.reset();
  auto records = list_domains(VIR_DOMAIN_STATS_STATE | more_groups, listed.count, reading);
  if (!records) return records.error();
  listed.records = std::move(*records);
  return {};
}

// All groups that need no QEMU are read with the list in one call, unless the kernel shows them.
Result<void> LibvirtReader::Impl::read_domains(Reading& reading) {
  unsigned more_groups = 0;
  if (options.perf_events) more_groups |= VIR_DOMAIN_STATS_PERF;
  const bool with_interfaces = !local || interface_looks > 0;
  if (with_interfaces) more_groups |= VIR_DOMAIN_STATS_INTERFACE;
  if (auto listing = list_states(more_groups, reading); !listing) return listing.error();
  const SteadyTime now = steady_now();
  stamps.clear();
  for (int i = 0; i < listed.count; ++i) {
    const virDomainStatsRecord& record = *listed.records.get()[i];
    DomainReading domain = reading_from(record);
    if (domain.uuid.empty()) continue;
    const auto& stamp = stamps[domain.uuid] = files.stamp(domain.name);
    domain.definition = definitions.of(record.dom, domain, now, stamp);
    const auto knows = [&](const InterfaceReading& one) {
      const auto& known = domain.definition->interfaces;
      return std::any_of(known.begin(), known.end(),
                         [&](const auto& known_one) { return known_one.device == one.device; });
    };
    if (with_interfaces && (domain.interfaces.size() != domain.definition->interfaces.size() ||
                            !std::all_of(domain.interfaces.begin(), domain.interfaces.end(), knows))) {
      definitions.refresh(domain.uuid);
      domain.definition = definitions.of(record.dom, domain, now, stamp);
    }
    reading.domains.push_back(std::move(domain));
  }
  if (interface_looks > 0) --interface_looks;
  definitions.forget_unseen();
  return {};
}

void LibvirtReader::Impl::find_processes(const Reading& reading) {
  std::vector<std::string> wanted;
  std::unordered_set<std::string_view> present;
  for (const DomainReading& domain : reading.domains) {
    present.insert(domain.uuid);
    if (processes.knows(domain.uuid)) continue;
    const auto missed = not_found.find(domain.uuid);
    if (missed == not_found.end() || missed->second != domain.id) wanted.push_back(domain.uuid);
  }
  processes.keep_only(present);
  std::erase_if(not_found, [&](const auto& run) { return !present.contains(run.first); });
  if (wanted.empty()) return;
  processes.find(wanted);
  for (const DomainReading& domain : reading.domains) {
    if (is_running(domain) && !processes.knows(domain.uuid)) not_found[domain.uuid] = domain.id;
  }
}

// What the kernel does not show still has to be queried.
void LibvirtReader::Impl::read_kernel(DomainReading& domain, MonitorSubject& subject) {
  const SteadyTime began = steady_now();
  auto process = processes.read(domain.uuid, subject.stamp);
  if (!process) return;
  domain.times.cpu = began + (steady_now() - began) / 2;
  domain.cpu_ns = process->cpu.total_ns;
  domain.cpu_user_ns = process->cpu.user_ns;
  domain.cpu_system_ns = process->cpu.system_ns;
  domain.rss_bytes = process->rss_bytes;
  domain.started_at = process->started_at;
  subject.stopped = process->stopped;
  subject.migrating_away = process->migrating_away;
  subject.open_files = process->open_files;
  subject.needs_cpu = false;
  if (process->vcpus.empty()) return;
  subject.needs_vcpus = false;
  domain.vcpu_readings = std::move(process->vcpus);
  if (options.affinity) processes.read_affinity(domain.uuid, domain.vcpu_readings);
  domain.vcpus = static_cast<int>(domain.vcpu_readings.size());
  domain.vcpus_max = domain.definition->vcpus_max;
}

bool LibvirtReader::Impl::interfaces_from_kernel(DomainReading& domain) const {
  std::vector<InterfaceReading> interfaces;
  for (const InterfaceDefinition& one : domain.definition->interfaces) {
    auto reading = is_tap(one) ? links.of_guest(one.device) : std::nullopt;
    if (!reading) return false;
    interfaces.push_back(std::move(*reading));
  }
  domain.interfaces = std::move(interfaces);
  return true;
}

// For domains whose interfaces the kernel does not show, or shows from the other side. Does not involve QEMU.
Result<void> LibvirtReader::Impl::ask_for_interfaces(Reading& reading, const std::set<std::string>& uuids) {
  if (uuids.empty()) return {};
  Reading timed;
  int count = 0;
  auto records = list_domains(VIR_DOMAIN_STATS_INTERFACE, count, timed);
  if (!records) return records.error();
  std::unordered_map<std::string, DomainReading*> by_uuid;
  for (DomainReading& domain : reading.domains) by_uuid[domain.uuid] = &domain;
  for (int i = 0; i < count; ++i) {
    DomainReading from = reading_from(*records->get()[i]);
    const auto found = by_uuid.find(from.uuid);
    if (found == by_uuid.end() || !uuids.contains(from.uuid)) continue;
    found->second->interfaces = std::move(from.interfaces);
    found->second->times.interfaces = timed.at;
  }
  return {};
}

void LibvirtReader::Impl::ask_monitors(Reading& reading, const std::vector<MonitorSubject>& subjects) {
  const SteadyTime now = steady_now();
  const MonitorQuestion question = plan.question(subjects, now);
  // The second time, libvirt skips domains for which the first call is still waiting.
  const bool answered =
      question.empty() || lanes.ask(question, options.patience) || lanes.ask(question, options.patience);
  for (MonitorAnswer& answer : lanes.take()) plan.take(std::move(answer));
  const bool all_blocked = lanes.blocked() == MonitorLanes::kMost;
  plan.finish(answered || all_blocked ? MonitorPlan::Answers::kCame : MonitorPlan::Answers::kNone);
  for (DomainReading& domain : reading.domains) plan.apply(domain, now);
  if (reading.node.fixed.hypervisor == "QEMU") reading.silent_domains = plan.silent();
}

// Plugged memory is only in the XML: it is read again as soon as a domain's total memory has changed.
void LibvirtReader::Impl::watch_memory(const Reading& reading) {
  std::map<std::string, std::int64_t> now;
  for (const DomainReading& domain : reading.domains) {
    const std::int64_t sum = domain.balloon_max_bytes.value_or(0) +
                             (domain.definition->memory_devices.empty() ? 0 : domain.balloon_bytes.value_or(0));
    const auto before = plugged.find(domain.uuid);
    if (before != plugged.end() && before->second != sum) definitions.refresh(domain.uuid);
    now[domain.uuid] = sum;
  }
  plugged = std::move(now);
}

LibvirtReader::LibvirtReader(LibvirtReaderOptions options) {
  virInitialize();
  // Without this, libvirt writes every error to standard error; errors are returned instead.
  virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
  impl_ = std::make_unique<Impl>(std::move(options));
}

LibvirtReader::~LibvirtReader() = default;

Result<Reading> LibvirtReader::read() {
  const SteadyTime began = steady_now();
  if (auto connected = impl_->connect(); !connected) return connected.error();
  Reading reading;
  impl_->read_node(reading.node);
  if (auto read = impl_->read_domains(reading); !read) return read.error();
  if (impl_->local) impl_->find_processes(reading);
  std::vector<MonitorSubject> subjects;
  std::set<std::string> for_interfaces;
  for (DomainReading& domain : reading.domains) {
    MonitorSubject subject{.uuid = domain.uuid, .name = domain.name, .id = domain.id, .running = is_running(domain)};
    subject.needs_cpu = subject.needs_vcpus = true;
    subject.stamp = impl_->stamps[domain.uuid];
    if (impl_->local && subject.running) {
      impl_->read_kernel(domain, subject);
      if (domain.started_at) subject.age = age_of(*domain.started_at);
      if (!impl_->interfaces_from_kernel(domain)) for_interfaces.insert(domain.uuid);
    }
    subjects.push_back(std::move(subject));
  }
  if (auto asked = impl_->ask_for_interfaces(reading, for_interfaces); !asked) return asked.error();
  reading.taken_at = wall_now();
  impl_->ask_monitors(reading, subjects);
  impl_->watch_memory(reading);
  reading.read_seconds = std::chrono::duration<double>(steady_now() - began).count();
  return reading;
}

bool is_local(const std::string& uri) {
  const std::size_t scheme = uri.find("://");
  return scheme != std::string::npos && uri.compare(scheme + 3, 1, "/") == 0 && !uri.starts_with("test");
}

}  // namespace hotspot::collector
