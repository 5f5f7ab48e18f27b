// Walking the graph towards a query: the loop that building and searching spend their time in.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "../kernels/bytes.hpp"
#include "../memory.hpp"
#include "candidates.hpp"
#include "codes.hpp"
#include "graph.hpp"

namespace ann {

/// Which vertices a walk has met: a bit each, and a list of those that are set, so that forgetting
/// them costs no more than meeting them did.
class Seen {
public:
    explicit Seen(std::size_t vertices) : bits_((vertices + 63) / 64), met_(vertices + 1) {}

    void clear() {
        for (std::size_t i = 0; i < count_; ++i) bits_[met_[i] / 64] = 0;
        count_ = 0;
    }
    /// 1 the first time an id is offered, else 0. Without a branch: which it is cannot be foreseen.
    std::uint32_t insert(std::uint32_t id) {
        std::uint64_t& word = bits_[id / 64];
        const auto fresh = static_cast<std::uint32_t>(~(word >> (id % 64)) & 1);
        word |= std::uint64_t{1} << (id % 64);
        met_[count_] = id;
        count_ += fresh;
        return fresh;
    }

private:
    std::vector<std::uint64_t> bits_;
    std::vector<std::uint32_t> met_;
    std::size_t count_ = 0;
};

/// How far a walk goes. Distances are squared ones.
struct Effort {
    float slack;  // a vertex is expanded if its estimate is at most so many times the k-th best one
    float keep;   // and remembered if its estimate is below that
    float floor;  // estimates below this tell nothing: what is allowed for is a share of this at least

    /// So many times an estimate; without end where that is.
    [[nodiscard]] float times(float estimate, float factor) const {
        if (estimate == std::numeric_limits<float>::infinity()) return estimate;
        return estimate + (factor - 1.0f) * std::max(estimate, floor);
    }

    /// Until the k nearest that were met have all been expanded.
    static Effort nearest() { return {1.0f, 1.0f, 0.0f}; }

    /// Everything that can be reached, as far as there is room.
    static Effort exhaustive() {
        constexpr float kAny = std::numeric_limits<float>::infinity();
        return {kAny, kAny, 1.0f};
    }
};

/// A walk and all the memory it needs: one per thread, reused.
struct Walk {
    Walk(std::size_t vertices, std::size_t degree)
        : seen(vertices), ids_(degree + 1), estimates_(degree) {}

    /// Forgets the walk before; at least `room` of what it meets are remembered.
    void begin(std::size_t k, std::size_t room) {
        seen.clear();
        candidates.reset(k, std::max(k, room), estimates_.size() + 1);
        estimated = expanded = 0;
    }
    void start(std::uint32_t id, float estimate) {
        constexpr float kAny = std::numeric_limits<float>::infinity();
        if (seen.insert(id)) candidates.add(&id, &estimate, 1, kAny, kAny);
    }

    /// From where it was started towards the query. The candidates are the result.
    ///
    /// Memory is far away, so two vertices are under way: while the neighbours of one are estimated, the
    /// links of the next one travel, which is chosen before. Now and then it is not the nearest by then: a
    /// few per cent more are met, which also find something.
    ///
    /// `good(id)` is called for vertices that are expanded while they are among the k best of k or more.
    template <class Good>
    void run(const Graph& graph, const std::uint8_t* codes, CodeShape shape, const CodedQuery& query,
             const Effort& effort, Good&& good) {
        std::size_t gathered = 0;
        while (true) {
            const bool more = !candidates.ends() &&
                              candidates.next() <= effort.times(candidates.kth(), effort.slack);
            if (!more && gathered == 0) return;
            std::uint32_t chosen = 0;
            const bool is_good = more && candidates.next_is_good();
            if (more) {
                chosen = candidates.expand();
                graph.ask(chosen);
            }
            look(gathered, codes, shape, query, effort);
            gathered = more ? gather(graph, codes, shape, chosen) : 0;
            if (is_good) good(chosen);
        }
    }

    Seen seen;
    Candidates candidates;
    std::uint64_t estimated = 0, expanded = 0;

private:
    /// The neighbours of `from` that are met for the first time, into ids_, their codes on the way; how
    /// many they are.
    std::size_t gather(const Graph& graph, const std::uint8_t* codes, CodeShape shape, std::uint32_t from) {
        const std::uint32_t* links = graph.links(from);
        std::uint32_t* ids = ids_.data();
        std::size_t n = 0;
        for (std::size_t i = 0; i < graph.degree; ++i) {
            ids[n] = links[i];
            n += seen.insert(links[i]);
        }
        const std::size_t bytes = shape.bytes();
        for (std::size_t i = 0; i < n; ++i)
            prefetch(codes + ids[i] * bytes, bytes);
        ++expanded;
        return n;
    }

    void look(std::size_t n, const std::uint8_t* codes, CodeShape shape, const CodedQuery& query,
              const Effort& effort) {
        byte_kernels().estimate(codes, shape, ids_.data(), n, query.values, query.scale, query.offset,
                                estimates_.data());
        const float kth = candidates.kth();
        candidates.add(ids_.data(), estimates_.data(), n, effort.times(kth, effort.keep),
                       effort.times(kth, effort.slack));
        estimated += n;
    }

    AlignedArray<std::uint32_t> ids_;
    AlignedArray<float> estimates_;
};

}  // namespace ann
