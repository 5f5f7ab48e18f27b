// The interface of an older competition, kept so that its files compile as they are: derive from
// ANNAlgorithm and export a factory,
//
//   extern "C" ANNAlgorithm* create_vectordb_kernel() { return new MyAlgorithm(); }
//
// (create_student_algorithm and create_naive_algorithm are looked for as well). For something new
// take ann.h: it is shorter, copies nothing per query and has parameters.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

class ANNAlgorithm {
 public:
  virtual ~ANNAlgorithm() = default;

  /// Called first. metric: "euclidean" or "angular".
  virtual void init(const std::string& metric, int dimension) = 0;

  /// Builds the index from n_samples rows of `dimension` floats.
  virtual void fit(const float* data, size_t n_samples) = 0;

  /// The row numbers of the k nearest, the nearest first.
  virtual std::vector<int> query(const float* query, int k) = 0;

  /// Many queries at once; override it to use several threads. Needs dimension_.
  virtual std::vector<std::vector<int>> batch_query(const float* queries, size_t n_queries, int k) {
    std::vector<std::vector<int>> found(n_queries);
    for (size_t q = 0; q < n_queries; ++q) found[q] = query(queries + q * dimension_, k);
    return found;
  }

  /// Bytes, as far as the author counts them.
  virtual size_t get_memory_usage() const = 0;

  virtual std::string name() const = 0;

 protected:
  int dimension_ = 0;
  std::string metric_;
};
