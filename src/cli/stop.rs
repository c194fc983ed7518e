//! Signals that ask a run to stop.

/// Calls `heard` on a thread of its own for every Ctrl-C, SIGTERM or SIGHUP, with how many came before. One that the
/// process was started to ignore, as `nohup` does, stays ignored. Where nothing can be set up, a signal ends the process.
pub(super) fn listen(mut heard: impl FnMut(u32) + Send + 'static) {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        use signal_hook::iterator::Signals;
        let ignored = ignored();
        let wanted =
            [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| ignored & (1 << (signal - 1)) == 0);
        let Ok(mut signals) = Signals::new(wanted) else { return };
        let listen = move || (0..).zip(signals.forever()).for_each(|(before, _)| heard(before));
        let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(listen);
    }
    #[cfg(not(unix))]
    {
        let mut count = 0;
        let _ = ctrlc::set_handler(move || {
            heard(count);
            count += 1;
        });
    }
}

/// The signals that are ignored, a bit each from signal 1 on, where the system says so.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
