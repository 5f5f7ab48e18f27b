// Building the graph: Algorithm 1 (insert) with Algorithm 4 (choose neighbours by a heuristic).
#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "hnsw.hpp"
#include "hnsw_connect.hpp"
#include "hnsw_layer.hpp"
#include "parallel.hpp"
#include "random.hpp"

namespace ann {

unsigned hnsw_level(std::uint32_t id, std::uint64_t seed, std::size_t M) {
    const std::uint64_t z = random_bits(seed, id);
    const double u = (static_cast<double>(z >> 11) + 1.0) * 0x1.0p-53;
    const double level = -std::log(u) / std::log(static_cast<double>(M));
    return static_cast<unsigned>(std::min(level, 63.0));
}

namespace {

/// One byte a node. Held for a few hundred nanoseconds only, so spinning is right.
class SpinLocks {
public:
    explicit SpinLocks(std::size_t count) : flags_(new std::atomic<bool>[count]) {
        for (std::size_t i = 0; i < count; ++i) flags_[i].store(false, std::memory_order_relaxed);
    }

    class Guard {
    public:
        explicit Guard(std::atomic<bool>& flag) : flag_(flag) {
            for (unsigned spins = 0; flag_.exchange(true, std::memory_order_acquire); ++spins)
                if (spins % 64 == 63) std::this_thread::yield();
        }
        ~Guard() { flag_.store(false, std::memory_order_release); }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        std::atomic<bool>& flag_;
    };

    Guard hold(std::uint32_t id) { return Guard(flags_[id]); }

private:
    std::unique_ptr<std::atomic<bool>[]> flags_;
};

bool nearer(const Neighbour& a, const Neighbour& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
}

}  // namespace

class HnswBuilder {
public:
    HnswBuilder(Hnsw& index, unsigned threads, Progress& progress)
        : index_(index), threads_(threads), progress_(progress), locks_(index.rows_.count()),
          bottom_distances_(index.bottom_.size()), upper_distances_(index.upper_.size()) {}

    void run() {
        const std::size_t n = index_.rows_.count();
        progress_.begin(n);
        // The entry point is known beforehand (levels depend on ids alone) and goes in first, so
        // it never changes while threads insert, and needs no lock.
        progress_.add();
        std::vector<std::unique_ptr<Inserter>> inserters(std::max(1u, threads_));
        parallel_blocks(n, 8, threads_, [&](unsigned thread, std::size_t begin, std::size_t end) {
            if (progress_.stopping()) throw Stopped();
            auto& inserter = inserters[thread];
            if (!inserter) inserter = std::make_unique<Inserter>(*this);
            for (std::size_t id = begin; id < end; ++id) {
                if (id == index_.entry_) continue;
                inserter->insert(static_cast<std::uint32_t>(id));
                progress_.add();
            }
        });
        connect();
    }

private:
    /// The links of a node with their distances to it, as they stand in the graph.
    struct LinkList {
        std::uint32_t* ids;
        float* distances;
        std::size_t capacity;

        [[nodiscard]] std::size_t size() const {
            std::size_t n = 0;
            while (n < capacity && ids[n] != Hnsw::kNone) ++n;
            return n;
        }
        void assign(const std::vector<Neighbour>& chosen) {
            for (std::size_t i = 0; i < capacity; ++i) {
                ids[i] = i < chosen.size() ? chosen[i].id : Hnsw::kNone;
                distances[i] = i < chosen.size() ? chosen[i].distance : 0.0f;
            }
        }
    };

    LinkList list(std::uint32_t id, unsigned level) {
        const std::size_t offset = static_cast<std::size_t>(
            index_.links(id, level) - (level == 0 ? index_.bottom_.data() : index_.upper_.data()));
        if (level == 0)
            return {index_.bottom_.data() + offset, bottom_distances_.data() + offset,
                    index_.capacity(0)};
        return {index_.upper_.data() + offset, upper_distances_.data() + offset,
                index_.capacity(level)};
    }

    /// One thread's share of the work.
    class Inserter {
        auto links_on(unsigned level) {
            return [this, level](std::uint32_t id, std::uint32_t* out) {
                const auto hold = builder_.locks_.hold(id);
                const LinkList list = builder_.list(id, level);
                std::size_t n = 0;
                while (n < list.capacity && list.ids[n] != Hnsw::kNone) {
                    out[n] = list.ids[n];
                    ++n;
                }
                return n;
            };
        }

    public:
        explicit Inserter(HnswBuilder& builder)
            : builder_(builder), index_(builder.index_), rows_(builder.index_.rows_),
              scratch_(rows_.count(), index_.capacity(0)) {}

        /// Algorithm 1. All levels are searched first and linked afterwards, from level 0 upwards:
        /// whoever meets the new node on a level can always go down from it.
        void insert(std::uint32_t id) {
            const float* query = rows_.row(id);
            const unsigned level = index_.levels_[id];  // never above the entry point's
            if (chosen_.size() <= level) chosen_.resize(level + 1);
            Neighbour start = descend(query, level);
            for (unsigned l = level + 1; l-- > 0;) {
                walk(query, l, start);
                start = candidates_.front();
                choose(candidates_, index_.params_.M, chosen_[l]);
            }
            for (unsigned l = 0; l <= level; ++l) {
                {
                    const auto hold = builder_.locks_.hold(id);
                    builder_.list(id, l).assign(chosen_[l]);
                }
                for (const Neighbour& neighbour : chosen_[l])
                    link_back(neighbour.id, l, {neighbour.distance, id});
            }
        }

        /// The nodes near a row that a search finds on level 0 from the entry point, nearest first.
        /// It does not come down from above: that may end among what is cut off.
        const std::vector<Neighbour>& nearest(std::uint32_t id) {
            const float* query = rows_.row(id);
            walk(query, 0, from_entry(query));
            return candidates_;
        }

    private:
        /// From the entry point greedily down to `level` (not searched itself).
        Neighbour descend(const float* query, unsigned level) {
            Neighbour nearest = from_entry(query);
            for (unsigned l = index_.levels_[index_.entry_]; l > level; --l)
                nearest = walk_greedily(rows_, query, nearest, links_on(l), scratch_);
            return nearest;
        }

        Neighbour from_entry(const float* query) const {
            const std::uint32_t entry = index_.entry_;
            return {kernels().pair(query, rows_.row(entry), rows_.stride(),
                                   std::numeric_limits<float>::infinity()),
                    entry};
        }

        /// Fills candidates_ with the efConstruction nearest found on a level.
        void walk(const float* query, unsigned level, Neighbour start) {
            const std::size_t ef = std::max(index_.params_.ef_construction, index_.params_.M);
            walk_layer(rows_, query, start, ef, links_on(level), [](std::uint32_t) {}, scratch_);
            candidates_.clear();
            for (std::size_t i = 0; i < scratch_.pool.size(); ++i)
                candidates_.push_back(scratch_.pool.at(i));
        }

        /// Algorithm 4 on candidates sorted by distance: keep one that is nearer to the base than
        /// to everything kept so far. So links spread over directions, and clusters stay connected.
        void choose(const std::vector<Neighbour>& sorted, std::size_t most,
                    std::vector<Neighbour>& out) const {
            out.clear();
            if (sorted.size() <= most) {
                out = sorted;
                return;
            }
            for (const Neighbour& candidate : sorted) {
                if (out.size() == most) break;
                const float* row = rows_.row(candidate.id);
                const bool hidden = std::any_of(out.begin(), out.end(), [&](const Neighbour& kept) {
                    return kernels().pair(row, rows_.row(kept.id), rows_.stride(),
                                          candidate.distance) < candidate.distance;
                });
                if (!hidden) out.push_back(candidate);
            }
        }

        /// Adds a link from `id` to `added`; a full list is chosen anew (Algorithm 1, lines 14-16).
        void link_back(std::uint32_t id, unsigned level, Neighbour added) {
            const auto hold = builder_.locks_.hold(id);
            LinkList list = builder_.list(id, level);
            const std::size_t size = list.size();
            if (size < list.capacity) {
                list.ids[size] = added.id;
                list.distances[size] = added.distance;
                return;
            }
            shrink_.assign(1, added);
            for (std::size_t i = 0; i < size; ++i)
                shrink_.push_back({list.distances[i], list.ids[i]});
            std::sort(shrink_.begin(), shrink_.end(), nearer);
            choose(shrink_, list.capacity, kept_);
            list.assign(kept_);
        }

        HnswBuilder& builder_;
        Hnsw& index_;
        const Rows& rows_;
        WalkScratch scratch_;
        std::vector<Neighbour> candidates_, shrink_, kept_;
        std::vector<std::vector<Neighbour>> chosen_;  // per level
    };

    /// Links what was cut off (hnsw_connect.hpp).
    void connect() {
        std::unique_ptr<Inserter> inserter;
        Connector connector(index_.bottom_.data(), index_.bottom_stride_, index_.capacity(0),
                            index_.rows_.count(), index_.entry_);
        index_.unreachable_ = connector.run([&](std::uint32_t id) -> const std::vector<Neighbour>& {
            if (progress_.stopping()) throw Stopped();
            if (!inserter) inserter = std::make_unique<Inserter>(*this);
            return inserter->nearest(id);
        });
    }

    Hnsw& index_;
    unsigned threads_;
    Progress& progress_;
    SpinLocks locks_;
    // Distances of links, kept while building: shrinking a list would compute them all again.
    AlignedArray<float> bottom_distances_;
    AlignedArray<float> upper_distances_;
};

namespace {

HnswParams checked(const HnswParams& params) {
    if (params.M < 2 || params.M > 512) throw std::invalid_argument("M must be between 2 and 512");
    if (params.ef_construction < 1) throw std::invalid_argument("efConstruction must be at least 1");
    return params;
}

}  // namespace

Hnsw::Hnsw(const MatrixView& train, Metric metric, const HnswParams& params, unsigned threads,
           Progress& progress)
    : params_(checked(params)), count_(train.rows), rows_(train, metric, threads),
      copies_(rows_, threads) {
    constexpr std::size_t line = kCacheLine / sizeof(std::uint32_t);
    const std::size_t n = rows_.count();
    bottom_stride_ = (capacity(0) + line - 1) / line * line;
    levels_ = AlignedArray<std::uint8_t>(n);
    upper_begin_ = AlignedArray<std::uint32_t>(n);
    std::uint64_t blocks = 0;
    for (std::uint32_t id = 0; id < n; ++id) {
        levels_[id] = static_cast<std::uint8_t>(hnsw_level(id, params.seed, params.M));
        if (levels_[id] > levels_[entry_]) entry_ = id;
        upper_begin_[id] = static_cast<std::uint32_t>(blocks);
        blocks += levels_[id];
    }
    bottom_ = AlignedArray<std::uint32_t>(n * bottom_stride_);
    upper_ = AlignedArray<std::uint32_t>(blocks * params.M);
    std::fill_n(bottom_.data(), bottom_.size(), kNone);
    std::fill_n(upper_.data(), upper_.size(), kNone);

    HnswBuilder(*this, threads, progress).run();
}

}  // namespace ann
