// Going through the records of an object in the order they first came in: SQLite's rowid, which other
// databases do not have.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace plumbline {

// SELECT of these columns, each as SQL writes it, for one parameter: the organisation.
std::string record_scan_sql(std::string_view object, std::span<const std::string> columns);

// SELECT of one number that is not below that of the object's records of all organisations, at no cost.
std::string record_bound_sql(std::string_view object);

}  // namespace plumbline
