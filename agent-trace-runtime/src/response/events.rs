//! Streams of events, read from bytes that may be cut anywhere.

use super::{Response, json};

/// The most bytes of an event that are kept while its end has not come. The last event of a stream
/// may repeat all that was said, images included.
const MAX_KEPT: usize = 8 * 1024 * 1024;

/// Reads server-sent events, or lines of JSON, from the pieces in which they arrive.
///
/// Events that come whole are read where they are; only what is cut is kept until its end comes. An
/// event of more than 8 MiB that is cut tells nothing.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::response::{EventReader, InferenceResponse, Response, Usage};
///
/// let mut response = Response::default();
/// let mut events = EventReader::default();
/// events.read(b"data: {\"choices\": [], \"usage\": {\"prompt_to", &mut response);
/// events.read(b"kens\": 412, \"completion_tokens\": 38}}\n\ndata: [DONE]\n\n", &mut response);
/// assert_eq!(response.usage(), Some(Usage::new(412, 38)));
/// ```
#[derive(Debug, Default)]
pub struct EventReader {
    /// The beginning of a line whose end has not come.
    line: Vec<u8>,
    /// The lines of data of an event that has several.
    data: Vec<u8>,
    /// Whether the line or the event has outgrown what is kept.
    is_too_long: bool,
}

impl EventReader {
    /// Adds what the next piece tells.
    pub fn read(&mut self, piece: &[u8], response: &mut Response) {
        let mut rest = piece;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            self.end_line(&rest[..end], response);
            rest = &rest[end + 1..];
        }
        self.keep_line(rest);
    }

    /// Adds what the last line tells, where the stream ended without ending it.
    pub fn finish(&mut self, response: &mut Response) {
        self.end_line(&[], response);
        self.end_event(response);
    }

    /// Adds what a text tells that is not cut, and so need not be kept.
    pub(super) fn read_all(mut self, text: &[u8], response: &mut Response) {
        text.split(|&byte| byte == b'\n').for_each(|line| self.take_line(line, response));
        self.end_event(response);
    }

    fn keep_line(&mut self, part: &[u8]) {
        if self.is_too_long || part.len() > MAX_KEPT - self.line.len() {
            self.is_too_long = true;
            self.line = Vec::new();
        } else {
            self.line.extend_from_slice(part);
        }
    }

    fn end_line(&mut self, end: &[u8], response: &mut Response) {
        if self.is_too_long {
            // The rest of a line that was too long. Its event may have other lines; they are not JSON.
            self.is_too_long = false;
        } else if self.line.is_empty() {
            self.take_line(end, response);
        } else {
            let mut line = std::mem::take(&mut self.line);
            line.extend_from_slice(end);
            self.take_line(&line, response);
            line.clear();
            self.line = line;
        }
    }

    fn take_line(&mut self, line: &[u8], response: &mut Response) {
        let line = line.trim_ascii();
        if line.is_empty() {
            self.end_event(response);
        } else if line.starts_with(b"{") {
            json::observe(line, response);
        } else if let Some(data) = data_of_line(line) {
            self.take_data(data, response);
        }
    }

    fn take_data(&mut self, data: &[u8], response: &mut Response) {
        // Nearly always a line is the whole event, and need not be kept.
        let is_first = self.data.is_empty();
        if is_first && (!json::is_json(data) || json::observe(data, response)) {
            return;
        }
        if data.len() < MAX_KEPT - self.data.len() {
            self.data.extend_from_slice(data);
            self.data.push(b'\n');
        }
    }

    fn end_event(&mut self, response: &mut Response) {
        if !self.data.is_empty() {
            json::observe(&self.data, response);
            self.data.clear();
        }
    }
}

/// The data in a line of an event.
pub(super) fn data_of_line(line: &[u8]) -> Option<&[u8]> {
    Some(line.trim_ascii().strip_prefix(b"data:")?.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &[u8] = b"data: {\"model\": \"llama3.2\", \"done\": true, \"eval_count\": 3}\n\n";

    fn is_told_after(pieces: &[&[u8]]) -> bool {
        let (mut events, mut response) = (EventReader::default(), Response::default());
        pieces.iter().for_each(|piece| events.read(piece, &mut response));
        assert!(events.line.len() <= MAX_KEPT && events.data.len() <= MAX_KEPT);
        assert_eq!(response, Response::default());
        events.read(EVENT, &mut response);
        response.usage.is_some()
    }

    #[test]
    fn an_event_that_is_too_long_hides_no_other() {
        let long = vec![b'x'; MAX_KEPT / 2 + 1];
        assert!(is_told_after(&[b"data: {\"x\": \"", &long, &long, b"\"}\n\n"]));
        let lines = [b"data: {\n", &*[b"data: ", &*long, b"\n"].concat()].concat();
        assert!(is_told_after(&[&lines, &lines, b"\n"]));
    }

    #[test]
    fn other_lines_are_passed_over() {
        assert!(is_told_after(&[
            b": comment\nevent: ping\nid: 1\nretry: 5\n\ndata: [DONE]\n\ndata: ok\n\n"
        ]));
    }
}
