// Some rows' verdicts on their way to becoming transitions. Used by lifecycle.cpp alone.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "violations/lifecycle.h"

namespace plumbline {

// Works on a judging thread: renders evidence, looks up what is known, and keeps the texts of those verdicts
// alone that tell something new. Its buffers are kept when it is emptied.
class LifecycleBatch : public VerdictBatch {
 public:
  LifecycleBatch(const KnownViolations& known, std::span<const Lifecycle::Judged> policies)
      : known_(known), policies_(policies) {}

  void add(const VerdictView& verdict) override;
  void arrange(std::span<const std::uint32_t> order) override;

  static constexpr std::uint32_t kNoNews = ~std::uint32_t{0};
  struct Row {
    KnownViolations::Index known = KnownViolations::kNone;  // that the verdict met
    std::uint32_t news = kNoNews;                           // what news() says of it
  };
  const std::vector<Row>& rows() const { return rows_; }
  // Good until the batch is changed.
  TransitionView news(std::uint32_t number) const;
  std::uint64_t without_id() const { return without_id_; }
  void clear();

 private:
  enum Text : std::uint8_t {
    kRecord,
    kRecordName,
    kOwner,
    kOwnerName,
    kEvidence,
    kMessage,
    kRemedy,
    kReason
  };
  static constexpr std::size_t kTexts = kReason + 1;
  struct News {
    TransitionKind kind = TransitionKind::kOpened;
    bool has_verdict = false;
    std::uint32_t policy = 0;
    ViolationNumber number = 0;
    VerdictDigest digest{};
    std::size_t begin = 0;  // of its texts, which follow one another
    std::array<std::uint32_t, kTexts> lengths{};
  };

  Row row_of(const VerdictView& verdict);
  Row row_of_violated(const VerdictView& verdict, KnownViolations::Index index);
  std::uint32_t keep(TransitionKind kind, const VerdictView& verdict, const KnownViolations::Entry* known,
                     const VerdictDigest& digest, std::string_view evidence);
  std::string_view render_evidence(const VerdictView& verdict);

  const KnownViolations& known_;
  std::span<const Lifecycle::Judged> policies_;
  std::string scratch_;
  std::string texts_;
  std::vector<News> news_;
  std::vector<Row> rows_;
  std::vector<Row> spare_;
  std::size_t arranged_ = 0;  // so many rows stand in their order
  std::uint64_t without_id_ = 0;
};

}  // namespace plumbline
