// Makes a plug-in of an ANNAlgorithm, whoever declared it. The compile step puts this behind a file
// that includes ann_interface.hpp; the runner finds the factory by its name and hands it over.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "ann.h"

namespace ann::detail {

using Factory = ANNAlgorithm* (*)();

inline Factory& factory() {
  static Factory made = nullptr;
  return made;
}

/// The old interface in the shape of the new one.
class Adapted {
 public:
  Adapted() : algorithm_(factory()()) {}
  ~Adapted() { delete algorithm_; }
  Adapted(const Adapted&) = delete;
  Adapted& operator=(const Adapted&) = delete;

  void build(Matrix train, Metric metric) {
    algorithm_->init(metric == Metric::angular ? "angular" : "euclidean",
                     static_cast<int>(train.dim));
    algorithm_->fit(train.data, train.rows);
  }

  // Not const: whether query() may run in several threads is not known.
  void search(const float* query, int k, int* ids) { write(algorithm_->query(query, k), k, ids); }

  void search_batch(Matrix queries, int k, int* ids) {
    const std::vector<std::vector<int>> found =
        algorithm_->batch_query(queries.data, queries.rows, k);
    for (std::size_t q = 0; q < std::min(found.size(), queries.rows); ++q)
      write(found[q], k, ids + q * static_cast<std::size_t>(k));
  }

  std::size_t memory() const { return algorithm_->get_memory_usage(); }

 private:
  /// Too few are left as they are, which the harness sees.
  static void write(const std::vector<int>& found, int k, int* ids) {
    const std::size_t most = std::min(found.size(), static_cast<std::size_t>(k));
    std::copy_n(found.begin(), most, ids);
  }

  ANNAlgorithm* algorithm_;
};

}  // namespace ann::detail

extern "C" ANN_EXPORT_ __attribute__((used)) inline const ann_plugin_1* ann_plugin_of_factory(void* factory) {
  static const ann_plugin_1 plugin = ::ann::detail::plugin<::ann::detail::Adapted>("ANNAlgorithm");
  ::ann::detail::factory() = reinterpret_cast<::ann::detail::Factory>(factory);
  return &plugin;
}
