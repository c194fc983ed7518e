//! Lists of what is wrong with a patch, and the proof that something is on one.

use super::source::Problem;

/// Proof that a problem was reported. What depends on something broken carries it and reports nothing of its own. Only a
/// list of problems makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reported(());

/// Problems in the order in which they were found.
#[derive(Debug)]
pub(super) struct Problems<P = Problem>(Vec<P>);

impl<P> Default for Problems<P> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<P> Problems<P> {
    pub(super) fn report(&mut self, problem: P) -> Reported {
        self.0.push(problem);
        Reported(())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// An error where something was reported since there were `count` problems.
    pub(super) fn none_since(&self, count: usize) -> Result<(), Reported> {
        if self.len() > count { Err(Reported(())) } else { Ok(()) }
    }

    pub(super) fn into_list(self) -> Vec<P> {
        self.0
    }
}

impl<P> Extend<P> for Problems<P> {
    fn extend<T: IntoIterator<Item = P>>(&mut self, problems: T) {
        self.0.extend(problems);
    }
}

/// How many problems of a file are kept.
const OF_FILE_MAX: usize = 1000;

/// Problems of a file; those beyond [`OF_FILE_MAX`] are dropped.
#[derive(Debug, Default)]
pub(super) struct FileProblems(Vec<Problem>);

impl FileProblems {
    /// The message is only made where the list has room for it.
    pub(super) fn report(&mut self, problem: impl FnOnce() -> Problem) -> Reported {
        if self.0.len() < OF_FILE_MAX {
            self.0.push(problem());
        }
        Reported(())
    }

    /// In the order of the text.
    pub(super) fn into_sorted(mut self) -> Vec<Problem> {
        self.0.sort_by_key(|problem| (problem.span.start, problem.span.end));
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::Span;
    use super::*;
    use crate::diagnostic::Code;

    fn problem(start: u32) -> Problem {
        Problem::new(Code::BadToken, Span { file: 0, start, end: start }, "wrong")
    }

    #[test]
    fn a_list_proves_what_it_has() {
        let mut problems = Problems::default();
        assert_eq!(problems.none_since(0), Ok(()));
        let reported = problems.report(problem(3));
        assert_eq!(problems.none_since(0), Err(reported));
        assert_eq!(problems.none_since(problems.len()), Ok(()));
    }

    #[test]
    fn a_file_keeps_its_first_problems_in_order() {
        let mut problems = FileProblems::default();
        for at in 0..OF_FILE_MAX as u32 {
            problems.report(|| problem(5000 - at));
        }
        problems.report(|| unreachable!("nothing is made of what is dropped"));
        let starts: Vec<u32> = problems.into_sorted().iter().map(|problem| problem.span.start).collect();
        assert_eq!((starts.len(), starts[0], starts[999]), (1000, 4001, 5000));
    }
}
