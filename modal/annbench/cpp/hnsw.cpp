#include "hnsw.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "hnsw_layer.hpp"

namespace ann {

std::size_t Hnsw::bytes() const {
    return rows_.bytes() + levels_.bytes() + bottom_.bytes() + upper_.bytes() +
           upper_begin_.bytes() + copies_.bytes();
}

namespace {

/// Algorithm 5.
class HnswSearcher final : public Searcher {
    auto links_on(unsigned level) const {
        return [this, level](std::uint32_t id, std::uint32_t* out) {
            const std::uint32_t* links = index_.links(id, level);
            const std::size_t capacity = index_.capacity(level);
            std::size_t n = 0;
            while (n < capacity && links[n] != Hnsw::kNone) {
                out[n] = links[n];
                ++n;
            }
            return n;
        };
    }

    void ask_for_links(std::uint32_t id) const {
        prefetch(index_.links(id, 0), index_.capacity(0) * sizeof(std::uint32_t));
    }

public:
    HnswSearcher(const Hnsw& index, std::size_t ef)
        : index_(index), ef_(ef), query_(index.rows().stride()),
          scratch_(index.rows().count(), index.capacity(0)) {}

    void search(const float* query, std::size_t k, std::int32_t* ids) override {
        const Rows& rows = index_.rows();
        if (!rows.prepare(query, query_.data())) {  // as far from one row as from another
            std::iota(ids, ids + k, 0);
            return;
        }

        const std::uint32_t entry = index_.entry();
        Neighbour nearest{kernels().pair(query_.data(), rows.row(entry), rows.stride(),
                                         std::numeric_limits<float>::infinity()),
                          entry};
        scratch_.counted = 1;
        for (unsigned level = index_.level(entry); level > 0; --level)
            nearest = walk_greedily(rows, query_.data(), nearest, links_on(level), scratch_);

        walk_layer(rows, query_.data(), nearest, std::max(ef_, k), links_on(0),
                   [this](std::uint32_t id) { ask_for_links(id); }, scratch_);

        write(k, ids);
        distances_ += scratch_.counted;
    }

private:
    /// What the pool holds, each node as all rows that are equal to it.
    void write(std::size_t k, std::int32_t* ids) const {
        const Pool& pool = scratch_.pool;
        std::size_t n = 0;
        for (std::size_t i = 0; i < pool.size() && n < k; ++i) {
            const std::uint32_t node = pool.at(i).id;
            if (index_.copies().none()) {
                ids[n++] = static_cast<std::int32_t>(node);
                continue;
            }
            for (const std::uint32_t id : index_.copies().of(node)) {
                if (n == k) break;
                ids[n++] = static_cast<std::int32_t>(id);
            }
        }
        std::fill(ids + n, ids + k, -1);
    }

    const Hnsw& index_;
    std::size_t ef_;
    AlignedArray<float> query_;
    WalkScratch scratch_;
};

}  // namespace

std::unique_ptr<Searcher> Hnsw::searcher(std::size_t ef) const {
    return std::make_unique<HnswSearcher>(*this, ef);
}

}  // namespace ann
