// The files that only some policies of the catalogue look at: meetings, leads, and what comes from Clari.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "bench/sales_data.h"

namespace plumbline::bench {

// Event.csv: about one meeting to five opportunities, most of the last weeks, some of them co-selling.
Status write_events(const std::filesystem::path& folder, const SalesFolder& what);
// Lead.csv: about one to five opportunities; most were answered within the hour.
Status write_leads(const std::filesystem::path& folder, const SalesFolder& what);
// ForecastSubmission.csv: thirteen weeks of the five values of every user, most of them told each week.
Status write_forecasts(const std::filesystem::path& folder, const SalesFolder& what);
// ClariOpportunity.csv: every open opportunity, some of them no longer as the CRM has them.
Status write_clari_opportunities(const std::filesystem::path& folder, const SalesFolder& what);

}  // namespace plumbline::bench
