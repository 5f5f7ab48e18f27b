// NAME: a nearest-neighbour index of your own, in this one file.
//
// As it stands it looks at every row: exact (recall 1.0) and slow. Try it, beside qg, our index:
//
//   ann-tui bench --impl ./NAME.cpp
//
// To be faster you have to look at fewer rows, or at fewer bytes of each. Three steps that pay:
//   1. Let the compiler work: the loop in distance() runs over several floats at once already.
//   2. Look at fewer rows: group them in build() (k-means), and search only the nearest groups.
//      How many is a parameter: see set() below, and  "search": [{"probes": 1}, {"probes": 8}].
//   3. A graph: link each row to near ones, and walk from neighbour to neighbour (read about HNSW).
//
// What may be written here and what is optional stands at the top of ann.h:  ann-tui info  says where that is.
#include <ann.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

class NAME {
 public:
  // Called once, on the clock. `train` stays valid, so keeping a Matrix (a pointer) is enough.
  void build(ann::Matrix train, ann::Metric metric) {
    train_ = train;
    metric_ = metric;
    // What can be computed once should not be computed per query.
    inverse_length_.resize(train.rows);
#pragma omp parallel for
    for (std::size_t row = 0; row < train.rows; ++row)
      inverse_length_[row] = inverse_length(train[row]);
  }

  // Called for every query, on the clock. Writes the k nearest rows, the nearest first. It is const
  // and keeps nothing between calls, so several threads may search at once.
  void search(const float* query, int k, int* out_ids) const {
    // The k best so far as a heap: the worst of them is in front, ready to be replaced.
    std::vector<std::pair<float, int>> best;
    best.reserve(static_cast<std::size_t>(k) + 1);
    const float query_inverse_length = inverse_length(query);
    for (std::size_t row = 0; row < train_.rows; ++row) {
      const float d = distance(query, query_inverse_length, row);
      if (best.size() == static_cast<std::size_t>(k)) {
        if (d >= best.front().first) continue;
        std::pop_heap(best.begin(), best.end());
        best.pop_back();
      }
      best.emplace_back(d, static_cast<int>(row));
      std::push_heap(best.begin(), best.end());
    }
    std::sort(best.begin(), best.end());
    for (std::size_t i = 0; i < best.size(); ++i) out_ids[i] = best[i].second;
  }

  // Optional: parameters. Return false for a name you do not know.
  // bool set(const char* name, double value) {
  //   if (std::strcmp(name, "probes") != 0) return false;
  //   probes_ = static_cast<int>(value);
  //   return true;
  // }

 private:
  // Only the order counts: a square root would change nothing, so there is none.
  float distance(const float* query, float query_inverse_length, std::size_t row) const {
    const float* other = train_[row];
    float sum = 0;
    if (metric_ == ann::Metric::angular) {
#pragma omp simd reduction(+ : sum)
      for (std::size_t i = 0; i < train_.dim; ++i) sum += query[i] * other[i];
      return 1 - sum * query_inverse_length * inverse_length_[row];
    }
#pragma omp simd reduction(+ : sum)
    for (std::size_t i = 0; i < train_.dim; ++i) {
      const float d = query[i] - other[i];
      sum += d * d;
    }
    return sum;
  }

  // 0 for a vector of zeros, which has no direction: its angular distance is 1.
  float inverse_length(const float* vector) const {
    float sum = 0;
    for (std::size_t i = 0; i < train_.dim; ++i) sum += vector[i] * vector[i];
    return sum > 0 ? 1 / std::sqrt(sum) : 0;
  }

  ann::Matrix train_;
  ann::Metric metric_ = ann::Metric::euclidean;
  std::vector<float> inverse_length_;
};

REGISTER(NAME)
