// One made-up opportunity, cell by cell. As an organisation with conventions has them: most keep to all of
// them, and each convention is broken by some hundreds or thousands in a million.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "bench/sales_world.h"

namespace plumbline::bench {

// In the order of the file.
enum class OpportunityField : std::size_t {
  kId,
  kName,
  kAccountId,
  kOwnerId,
  kStageName,
  kType,
  kAmount,
  kNetArr,
  kCurrency,
  kCloseDate,
  kCreatedDate,
  kLastModifiedDate,
  kSystemModstamp,
  kLastActivityDate,
  kIsClosed,
  kIsWon,
  kIsDeleted,
  kForecastCategory,
  kLeadSource,
  kNextStep,
  kNextStepsDate,
  kNextStepsOwner,
  kNextStepsHistory,
  kCompellingEvent,
  kPitchDeck,
  kRedGreen,
  kManagerNotes,
  kOrderType,
  kIsWebDirect,
  kHowHeard,
  kClosedReason,
  kConsultDate,
  kDealReviewDate,
  kWhyDoAnything,
  kWhyUs,
  kWhyNow,
  kClosePlan,
  kEconomicBuyer,
  kChampion,
  kIdentifiedPain,
  kDecisionCriteria,
  kDecisionProcess,
  kCompetitors,
};

inline constexpr std::size_t kOpportunityFields = 43;
extern const std::array<std::string_view, kOpportunityFields> kOpportunityNames;

// Used again from record to record, so that the cells keep their memory.
struct Opportunity {
  std::array<std::string, kOpportunityFields> cells{};
  std::chrono::sys_seconds created{};
  std::chrono::sys_days close_date{};  // that of the cell, or where the cell is blank what it might have been
  bool open = false;
  bool first_order_win = false;
  std::size_t account = 0;
  std::size_t owner = 0;

  std::string& operator[](OpportunityField field) { return cells[static_cast<std::size_t>(field)]; }
  const std::string& operator[](OpportunityField field) const {
    return cells[static_cast<std::size_t>(field)];
  }
};

void make_opportunity(const SalesSizes& sizes, std::size_t index, Opportunity& out);

}  // namespace plumbline::bench
