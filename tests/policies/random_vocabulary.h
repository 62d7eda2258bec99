// The names random expressions may use of each object of world_schema(): fields, ways to other records,
// relationships.
#pragma once

#include <string>
#include <vector>

#include "records/schema.h"

namespace plumbline {

struct Vocabulary {
  struct Field {
    std::size_t index = 0;
    std::string name;
    FieldType type = FieldType::kText;
    bool derived = false;
  };
  struct Way {
    std::string name;  // the step as a path writes it
    std::size_t object = 0;
    bool one_row = false;  // through a one-row relationship, not a lookup
  };
  std::vector<Field> fields;
  std::vector<Way> ways;      // to one record
  std::vector<Way> children;  // to many
};

// Of the object with that index; empty for objects no world has.
const Vocabulary& vocabulary_of(std::size_t object);

}  // namespace plumbline
