//! Numbers as people write them: with a sign, with a unit, as a date. Whole numbers and decimal digits alone, so the same everywhere.

use std::fmt::Write;

/// Prefixes of units, from a thousandth of a millionth to a million millions, and the exponents of a thousand that they stand for.
const PREFIXES: [(i32, &str); 8] =
    [(-3, "n"), (-2, "\u{b5}"), (-1, "m"), (0, ""), (1, "k"), (2, "M"), (3, "G"), (4, "T")];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// Letters of a name that is cut short.
const SHORT: usize = 3;
const SECONDS_OF_DAY: i64 = 86_400;
/// Seconds from 1970 on, before and after: years have four digits there.
const SECONDS: [f64; 2] = [-62_167_219_200.0, 253_402_300_799.0];

/// The fields of a date, for people: each by its letter behind a `%`.
pub(crate) const FIELDS: &str = "Y y m B b d e j A a H I p M S %";

/// Puts a number with so many digits behind the point; above 0 with a plus in front.
pub(crate) fn put_signed(made: &mut String, number: f64, digits: usize) {
    _ = write!(made, "{number:.digits$}");
    let is_zero = made.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    match made.starts_with('-') {
        true if is_zero => _ = made.remove(0),
        false if !is_zero && !number.is_nan() => made.insert(0, '+'),
        true | false => {}
    }
}

/// Puts a number in three digits and a unit with the prefix that fits, `1.25 km`.
pub(crate) fn put_unit(made: &mut String, number: f64, unit: &str) {
    let size = number.abs();
    let scale = |exponent: i32| {
        let thousands = (0..exponent.unsigned_abs()).fold(1.0, |all, _| all * 1000.0);
        if exponent < 0 { size * thousands } else { size / thousands }
    };
    // The first in which it has three digits in front of the point at most, once it is rounded.
    let fits = |&&(exponent, _): &&(i32, &str)| scale(exponent) < 999.5;
    let found = if size > 0.0 && size.is_finite() { PREFIXES.iter().find(fits) } else { PREFIXES.get(3) };
    let &(exponent, prefix) = found.unwrap_or(&PREFIXES[PREFIXES.len() - 1]);
    let scaled = scale(exponent);
    let digits = match scaled {
        0.0 => 0,
        scaled if scaled < 9.995 => 2,
        scaled if scaled < 99.95 => 1,
        _ => 0,
    };
    let is_below = number < 0.0 && scaled > 0.0;
    let sign = if is_below { "-" } else { "" };
    let space = if unit.is_empty() && prefix.is_empty() { "" } else { " " };
    _ = write!(made, "{sign}{scaled:.digits$}{space}{prefix}{unit}");
}

/// A day of the calendar that is used everywhere, also for the time before it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Day {
    year: i64,
    /// From 0.
    month: usize,
    /// From 1.
    day: i64,
    /// Of the year, from 1.
    of_year: i64,
    /// From Sunday, which is 0.
    of_week: usize,
}

/// The day that is so many days after the first of 1970.
fn day(days: i64) -> Day {
    // Years begin in March, so that the day that is not in every year is the last; 400 of them have 146 097 days.
    let from_march = days + 719_468;
    let (era, of_era) = (from_march.div_euclid(146_097), from_march.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Five months in a row have 153 days.
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = (month + 2) % 12;
    let year = era * 400 + year_of_era + i64::from(month < 2);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month as usize];
    let of_year = before + i64::from(is_leap && month > 1) + day;
    Day { year, month: month as usize, day, of_year, of_week: (days + 4).rem_euclid(7) as usize }
}

/// The first field of a format that there is none of, with its `%`.
pub(crate) fn unknown_field(format: &str) -> Option<String> {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            continue;
        }
        match letters.next() {
            Some(field) if FIELDS.contains(field) && field != ' ' => {}
            field => return Some(std::iter::once('%').chain(field).collect()),
        }
    }
    None
}

/// Puts the date and the time that is so many seconds after 1970 began, as a format says. What is no time between the years 0 and 9999
/// is put as a dash; a field that there is none of stays as it is.
///
/// # Errors
/// When it gets longer than `most` bytes: then it is cut, and this is how long it has got.
pub(crate) fn put_date(made: &mut String, seconds: f64, format: &str, most: usize) -> Result<(), usize> {
    if !(SECONDS[0]..SECONDS[1] + 1.0).contains(&seconds) {
        made.push('-');
        return Ok(());
    }
    let whole = seconds.floor() as i64;
    let (date, time) = (day(whole.div_euclid(SECONDS_OF_DAY)), whole.rem_euclid(SECONDS_OF_DAY));
    let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            made.push(letter);
        } else if let Some(field) = letters.next() {
            let (month, weekday) = (MONTHS[date.month], WEEKDAYS[date.of_week]);
            _ = match field {
                'Y' => write!(made, "{:04}", date.year),
                'y' => write!(made, "{:02}", date.year % 100),
                'm' => write!(made, "{:02}", date.month + 1),
                'B' => write!(made, "{month}"),
                'b' => write!(made, "{}", &month[..SHORT]),
                'd' => write!(made, "{:02}", date.day),
                'e' => write!(made, "{}", date.day),
                'j' => write!(made, "{:03}", date.of_year),
                'A' => write!(made, "{weekday}"),
                'a' => write!(made, "{}", &weekday[..SHORT]),
                'H' => write!(made, "{hour:02}"),
                'I' => write!(made, "{}", (hour + 11) % 12 + 1),
                'p' => write!(made, "{}", if hour < 12 { "am" } else { "pm" }),
                'M' => write!(made, "{minute:02}"),
                'S' => write!(made, "{second:02}"),
                '%' => write!(made, "%"),
                other => write!(made, "%{other}"),
            };
        }
        if made.len() > most {
            return Err(made.len());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(put: impl FnOnce(&mut String)) -> String {
        let mut made = String::new();
        put(&mut made);
        made
    }

    #[test]
    fn signs() {
        let check = |number: f64, digits: usize, expected: &str| {
            assert_eq!(made(|made| put_signed(made, number, digits)), expected);
        };
        check(1.25, 1, "+1.2");
        check(-1.25, 1, "-1.2");
        check(0.0, 2, "0.00");
        check(-0.0, 0, "0");
        check(0.04, 1, "0.0");
        check(-0.04, 1, "0.0");
        check(f64::INFINITY, 1, "+inf");
        check(f64::NAN, 1, "NaN");
    }

    #[test]
    fn units() {
        let check =
            |number: f64, expected: &str| assert_eq!(made(|made| put_unit(made, number, "m")), expected);
        check(0.0, "0 m");
        check(-0.0, "0 m");
        check(1.0, "1.00 m");
        check(-12.34, "-12.3 m");
        check(999.4, "999 m");
        check(999.6, "1.00 km");
        check(1234.0, "1.23 km");
        check(45_600.0, "45.6 km");
        check(0.5, "500 mm");
        check(0.000_02, "20.0 \u{b5}m");
        check(3e-9, "3.00 nm");
        check(4e-12, "0.00 nm");
        check(7.5e15, "7500 Tm");
        check(f64::INFINITY, "inf m");
        check(f64::NAN, "NaN m");
        assert_eq!(made(|made| put_unit(made, 2_500.0, "")), "2.50 k");
        assert_eq!(made(|made| put_unit(made, 250.0, "")), "250");
    }

    #[test]
    fn dates() {
        let check = |seconds: f64, format: &str, expected: &str| {
            assert_eq!(made(|made| put_date(made, seconds, format, 100).unwrap()), expected, "{seconds}");
        };
        let all = "%Y-%m-%d %H:%M:%S %a %j";
        check(0.0, all, "1970-01-01 00:00:00 Thu 001");
        check(-1.0, all, "1969-12-31 23:59:59 Wed 365");
        check(951_827_696.9, all, "2000-02-29 12:34:56 Tue 060");
        check(1_735_689_599.0, all, "2024-12-31 23:59:59 Tue 366");
        check(4_107_542_400.0, all, "2100-03-01 00:00:00 Mon 060");
        check(-62_167_219_200.0, all, "0000-01-01 00:00:00 Sat 001");
        check(253_402_300_799.5, all, "9999-12-31 23:59:59 Fri 365");
        check(253_402_300_800.0, all, "-");
        check(f64::NAN, all, "-");
        check(43_200.0, "%A, %e. %B %y, %I:%M %p, 5 %%", "Thursday, 1. January 70, 12:00 pm, 5 %");
        check(0.0, "%I %p %b \u{e9} %q", "12 am Jan \u{e9} %q");
        assert_eq!(unknown_field("%Y-%m %%"), None);
        assert_eq!(unknown_field("%Y-%q"), Some("%q".into()));
        assert_eq!(unknown_field("100 %"), Some("%".into()));
        assert_eq!(unknown_field("% d"), Some("% ".into()));
        assert!(put_date(&mut String::new(), 0.0, "%B%B%B", 10).is_err());
    }

    /// Day by day through four hundred years, against counting.
    #[test]
    fn days_follow_each_other() {
        let (mut year, mut month, mut date) = (1970_i64, 0_usize, 1_i64);
        for days in 0..150_000 {
            let found = day(days);
            assert_eq!((found.year, found.month, found.day), (year, month, date), "{days}");
            assert_eq!(found.of_week, ((days + 4) % 7) as usize);
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = [31, 28 + i64::from(is_leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month];
            date += 1;
            if date > length {
                (date, month) = (1, month + 1);
            }
            if month == 12 {
                (month, year) = (0, year + 1);
            }
        }
    }
}
