// Turns snapshots into samples: stores what the loaded rules read, once per snapshot.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/model/cluster_series.h"
#include "actuator/rules/engine/registry.h"
#include "actuator/rules/store/store.h"

namespace hotspot::rules {

class Observer {
 public:
  Observer(Store& store, Nodes& nodes, Subjects& subjects) : store_(store), nodes_(nodes), subjects_(subjects) {}
  // For the series of the cluster.
  void judge_by(const model::Freshness& freshness, const model::Margins& margins);

  // The metrics to store.
  void want(const std::set<std::string, std::less<>>& metrics);
  void want_all();  // the whole catalogue
  // Adds the snapshots that are new. Appends sentences to `problems`.
  void observe(const model::Cluster& cluster, WallTime now, std::vector<std::string>& problems);

 private:
  void want(const model::SeriesInfo& series);
  void add(const model::Cluster& cluster, const model::Node& node, std::uint32_t id);
  void take_domains(const model::Cluster& cluster, const model::Node& node);
  void take_metric(const model::Cluster& cluster, const model::Node& node, const model::SeriesInfo& series);
  void take_about_data(const model::Cluster& cluster, const model::Node& node, WallTime now);
  void take_cluster(const model::Cluster& cluster, WallTime now);
  std::uint32_t row_of(Table& table, const model::Node& node, const model::DomainSample& domain);
  std::int64_t stamp(const model::Node& node) const;
  void forget_gone(const model::Cluster& cluster, WallTime now);
  void forget_node(std::uint32_t id);

  struct Place {
    Table* table = nullptr;
    std::uint32_t row = 0;
  };

  Store& store_;
  Nodes& nodes_;
  Subjects& subjects_;
  std::vector<const model::SeriesInfo*> wanted_;
  bool about_data_ = false;
  std::vector<const model::SeriesInfo*> of_cluster_;  // wanted series of the cluster
  model::Freshness freshness_;
  model::Margins margins_;
  std::unordered_map<const model::DomainSample*, std::uint32_t> rows_;  // of the snapshot that is being added
  std::unordered_map<std::string, Place> where_;                        // domain UUID → its newest row
  std::vector<model::SeriesValue> values_;
  WallTime now_{};
  std::uint64_t rounds_ = 0;
  std::size_t in_cluster_ = 0;  // of the known nodes
};

}  // namespace hotspot::rules
