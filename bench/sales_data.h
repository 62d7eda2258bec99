// Writes the made-up sales organisation as a folder of CSV exports, as `plumbline audit` reads them. The same
// sizes and seed give the same bytes on every machine.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "bench/sales_world.h"

namespace plumbline::bench {

// Counted up whenever other bytes are written for the same sizes, so that none are mistaken for others.
inline constexpr int kSalesDataVersion = 1;

enum class CsvQuotes : std::uint8_t {
  kWhereNeeded,  // as spreadsheets and most programs write
  kEverywhere,   // as Salesforce's bulk exports come
};

enum class SalesFiles : std::uint8_t {
  kDeals,    // User.csv, Account.csv and Opportunity.csv
  kHistory,  // OpportunityFieldHistory.csv and Task.csv as well
  kAll,      // also Event.csv, Lead.csv, ForecastSubmission.csv and ClariOpportunity.csv
};

struct SalesFolder {
  SalesSizes sizes{};
  SalesFiles files = SalesFiles::kDeals;
  CsvQuotes quotes = CsvQuotes::kWhereNeeded;
};

// The files in `folder`, which is made where it is not there; those of fewer files are the same to the byte
// where there are more. Every record that is referred to is there, ids are there once, and every cell can be
// read as its type. A file appears under its name only once it is whole.
Status write_sales_folder(const std::filesystem::path& folder, const SalesFolder& what);

}  // namespace plumbline::bench
