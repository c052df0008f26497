//! The floor to measure against: a bare ratatui program that enters the alternate screen, draws one line, and draws it again
//! for every key. `q` quits.

use std::fs::File;
use std::io::{Read as _, Write as _, stdout};

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::text::Line;
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

fn main() -> std::io::Result<()> {
    let mut tty = File::open("/dev/tty")?;
    let before = tcgetattr(&tty)?;
    let mut raw = before.clone();
    raw.make_raw();
    tcsetattr(&tty, OptionalActions::Now, &raw)?;
    stdout().write_all(b"\x1b[?1049h")?;
    let mut terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
    let mut count = 0_u64;
    let mut buffer = [0; 1024];
    loop {
        terminal.draw(|frame| frame.render_widget(Line::from(format!("floor, key {count}")), frame.area()))?;
        let read = tty.read(&mut buffer)?;
        if read == 0 || buffer[..read].contains(&b'q') {
            break;
        }
        count += 1;
    }
    stdout().write_all(b"\x1b[?25h\x1b[?1049l")?;
    tcsetattr(&tty, OptionalActions::Now, &before)?;
    Ok(())
}
