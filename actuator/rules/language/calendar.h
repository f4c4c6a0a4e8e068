// Parts of the date of a Unix time, in UTC. PURE.
#pragma once

namespace hotspot::rules {

double minute(double unix_seconds);         // 0 to 59
double hour(double unix_seconds);           // 0 to 23
double day_of_month(double unix_seconds);   // 1 to 31
double day_of_week(double unix_seconds);    // 0 (Sunday) to 6
double day_of_year(double unix_seconds);    // 1 to 366
double days_in_month(double unix_seconds);  // 28 to 31
double month(double unix_seconds);          // 1 to 12
double year(double unix_seconds);

}  // namespace hotspot::rules
