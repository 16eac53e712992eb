//! Streams of events, read from bytes that may be cut anywhere.

use super::{Response, json};

/// The most bytes of an event that are kept while its end has not come. The last event of a stream
/// may repeat all that was said, images included.
const MAX_KEPT: usize = 8 * 1024 * 1024;

/// What stands before the data of a server-sent event.
const DATA: &[u8] = b"data:";

/// Reads server-sent events, JSON documents one after the other, or a list of them, from the pieces in
/// which they arrive.
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
    place: Place,
    document: Document,
    /// The beginning of the document, where its end has not come.
    kept: Vec<u8>,
    /// Whether the document has outgrown what is kept.
    is_too_long: bool,
    /// Whether the last byte was a carriage return, which a line feed may complete.
    after_return: bool,
}

/// Where in the stream the next byte is.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// Before a document, or the name of a line's field, of which so many bytes were `data:`.
    Start(usize),
    /// In a line that tells nothing.
    Skipped,
    /// In a document.
    Document,
    /// At the start of a line in the middle of an event's data, after so many bytes of `data:`.
    Continued(usize),
    /// In another line in the middle of an event's data.
    Interrupted,
}

impl Default for Place {
    fn default() -> Self {
        Self::Start(0)
    }
}

/// A JSON document, as far as is needed to find its end.
#[derive(Clone, Copy, Debug, Default)]
struct Document {
    /// Whether it is the data of an event, which each of its lines says.
    is_data: bool,
    depth: usize,
    is_in_text: bool,
    is_escaped: bool,
}

/// What a byte does to its document.
enum Step {
    Goes,
    Ends,
    /// It is no JSON.
    Breaks,
}

impl Document {
    fn step(&mut self, byte: u8) -> Step {
        match byte {
            b'\r' | b'\n' if self.is_in_text => return Step::Breaks,
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' if self.is_in_text => self.is_escaped = true,
            b'"' => self.is_in_text = !self.is_in_text,
            _ if self.is_in_text => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth -= 1;
                if self.depth == 0 {
                    return Step::Ends;
                }
            }
            _ => {}
        }
        Step::Goes
    }
}

impl EventReader {
    /// Adds what the next piece tells.
    pub fn read(&mut self, piece: &[u8], response: &mut Response) {
        // Where the part of the document is that has not been kept.
        let mut begin = 0;
        for (position, &byte) in piece.iter().enumerate() {
            let completes = std::mem::take(&mut self.after_return) && byte == b'\n';
            self.after_return = byte == b'\r';
            match self.place {
                // The second half of an end of line.
                _ if completes => {}
                Place::Start(matched) => {
                    if self.start(matched, byte) {
                        begin = position;
                    }
                }
                Place::Skipped => {
                    if is_end_of_line(byte) {
                        self.place = Place::Start(0);
                    }
                }
                Place::Document => match self.document.step(byte) {
                    Step::Goes if self.document.is_data && is_end_of_line(byte) => {
                        self.keep(&piece[begin..position]);
                        self.place = Place::Continued(0);
                    }
                    Step::Goes => {}
                    Step::Ends => self.end(&piece[begin..=position], response),
                    Step::Breaks => self.leave(),
                },
                Place::Continued(matched) => {
                    if self.go_on(matched, byte) {
                        begin = position + 1;
                    }
                }
                Place::Interrupted => {
                    if is_end_of_line(byte) {
                        self.place = Place::Continued(0);
                    }
                }
            }
        }
        if matches!(self.place, Place::Document) {
            self.keep(&piece[begin..]);
        }
    }

    /// Ends the stream: what was cut and has not gone on tells nothing.
    pub fn finish(&mut self, _response: &mut Response) {
        *self = Self::default();
    }

    /// Takes a byte before a document; whether one begins with it.
    fn start(&mut self, matched: usize, byte: u8) -> bool {
        self.place = match byte {
            b'{' if matched == 0 || matched == DATA.len() => {
                self.document = Document { is_data: matched > 0, depth: 1, ..Document::default() };
                self.place = Place::Document;
                return true;
            }
            _ if is_end_of_line(byte) => Place::Start(0),
            // Of a list the elements are read. A byte order mark tells nothing either.
            b' ' | b'\t' | b',' | b'[' | b']' | 0xEF | 0xBB | 0xBF
                if matched == 0 || matched == DATA.len() =>
            {
                Place::Start(matched)
            }
            _ if DATA.get(matched) == Some(&byte) => Place::Start(matched + 1),
            _ => Place::Skipped,
        };
        false
    }

    /// Takes a byte at the start of a further line; whether its data begins behind it.
    fn go_on(&mut self, matched: usize, byte: u8) -> bool {
        if DATA.get(matched) == Some(&byte) {
            let is_whole = matched + 1 == DATA.len();
            self.place = if is_whole { Place::Document } else { Place::Continued(matched + 1) };
            return is_whole;
        }
        match byte {
            _ if !is_end_of_line(byte) => self.place = Place::Interrupted,
            // An empty line ends the event, and its document is not whole.
            _ if matched == 0 => self.leave(),
            _ => self.place = Place::Continued(0),
        }
        false
    }

    fn keep(&mut self, part: &[u8]) {
        if self.is_too_long || part.len() > MAX_KEPT - self.kept.len() {
            self.is_too_long = true;
            self.kept = Vec::new();
        } else {
            self.kept.extend_from_slice(part);
        }
    }

    /// Reads the document, which ends with `part`.
    fn end(&mut self, part: &[u8], response: &mut Response) {
        if self.is_too_long {
            self.is_too_long = false;
        } else if self.kept.is_empty() {
            json::observe(part, response);
        } else {
            self.keep(part);
            json::observe(&self.kept, response);
        }
        self.leave();
        // More of a list may follow in the same line.
        self.place = Place::Start(if self.document.is_data { DATA.len() } else { 0 });
    }

    /// Forgets the document.
    fn leave(&mut self) {
        self.kept.clear();
        self.is_too_long = false;
        self.place = Place::Start(0);
    }
}

const fn is_end_of_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// The lines of a text.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| is_end_of_line(byte))
}

/// The data in a line of an event.
pub(super) fn data_of_line(line: &[u8]) -> Option<&[u8]> {
    Some(without_mark(line).trim_ascii().strip_prefix(DATA)?.trim_ascii())
}

/// The text without the byte order mark that may stand before it.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::{InferenceResponse, Usage};

    const EVENT: &[u8] = b"data: {\"model\": \"llama3.2\", \"done\": true, \"eval_count\": 3}\n\n";

    fn is_told_after(pieces: &[&[u8]]) -> bool {
        let (mut events, mut response) = (EventReader::default(), Response::default());
        pieces.iter().for_each(|piece| {
            events.read(piece, &mut response);
            assert!(events.kept.len() <= MAX_KEPT);
        });
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

    #[test]
    fn what_is_no_json_hides_no_other() {
        assert!(is_told_after(&[b"data: {\"a\": \"b\n\ndata: }{]\n\n"]));
        assert!(is_told_after(&[b"data: {\"a\": [\n\n"]));
    }

    #[test]
    fn text_in_any_form_may_be_cut_anywhere() {
        let texts: [&[u8]; 7] = [
            b"[{\"usageMetadata\": {\"promptTokenCount\": 3}}\n,\r\n{\"usageMetadata\": {\n  \
              \"promptTokenCount\": 412,\n  \"candidatesTokenCount\": 38\n}}\n]",
            b"[{\"modelVersion\":\"gemini-2.5\"},{\"usageMetadata\":{\"promptTokenCount\":412,\"candidatesTokenCount\":38}}]",
            b"\xEF\xBB\xBF{\n  \"model\": \"]}\\\"{\",\n  \"done\": true,\n  \
              \"prompt_eval_count\": 412, \"eval_count\": 38\n}",
            b"\xEF\xBB\xBFdata: {\"type\":\"message_delta\",\"usage\":{\"input_tokens\":412,\"output_tokens\":38}}\r\r",
            b"event: a\rdata: {\"choices\": [],\rid: 1\rdata:\"usage\": {\"prompt_tokens\": 412,\r: x\rdata: \
              \"completion_tokens\": 38}}\r\rdata: [DONE]\r\r",
            b"event: a\r\ndata: {\"choices\": [],\r\ndata: \"usage\": {\"prompt_tokens\": 412, \
              \"completion_tokens\": 38}}\r\n\r\n",
            b"data: [{\"usageMetadata\": {\"promptTokenCount\": 412}}, {\"usageMetadata\": \
              {\"candidatesTokenCount\": 38}}]\n\n",
        ];
        for text in texts {
            for size in 1..=text.len() {
                let (mut events, mut response) = (EventReader::default(), Response::default());
                text.chunks(size).for_each(|piece| events.read(piece, &mut response));
                events.finish(&mut response);
                assert_eq!(
                    response.usage(),
                    Some(Usage::new(412, 38)),
                    "{} in pieces of {size}",
                    text.escape_ascii()
                );
            }
            assert_eq!(Response::of(text).usage(), Some(Usage::new(412, 38)));
        }
    }
}
