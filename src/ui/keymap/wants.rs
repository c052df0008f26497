//! Where a learner presses a key, and what she can want.

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The map of the course.
    Home,
    /// The text of a lesson.
    Lesson,
    /// A BAD/GOOD pair.
    Compare,
    /// A question before the answer.
    Ask,
    /// A question whose answer is written.
    Write,
    /// A question after the answer.
    Told,
    /// A question of a review after the answer.
    Reviewed,
    /// The result of a quiz.
    Result,
    /// How the learner stands.
    Standing,
    /// A case study.
    Story,
    /// The choice of an interview.
    Plan,
    /// An interview question, while nothing is written.
    Speak,
    /// An interview question, while an answer is written.
    Compose,
    /// The points of a strong answer, to be ticked.
    Tick,
    /// An interview question after the points: what comes next.
    FollowUp,
    /// The end of an interview.
    Report,
    /// The simulator of the night.
    Simulator,
    /// On call in the night.
    OnCall,
    /// The morning after the night.
    Morning,
    /// A slide of a class.
    Present,
    /// A question to the room, while hands are counted.
    Vote,
    /// A number is being typed in a class.
    Number,
    /// The list of all slides.
    Overview,
    /// The choice of a way through the course.
    Tracks,
    /// The steps of a track.
    Steps,
    /// An exam that was left.
    ExamLeft,
    /// What is to begin anew.
    Reset,
    /// Whether it really is.
    Confirm,
    /// The help.
    Help,
}

/// What a learner can want.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the table below says what each does")]
pub enum Action {
    Quit,
    Back,
    Help,
    Theme,
    Suspend,
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Enter,
    NextLink,
    PreviousLink,
    Compare,
    Quiz,
    Next,
    Previous,
    Choose(u8),
    Mark,
    MoveUp,
    MoveDown,
    Hint,
    Passage,
    Spot,
    Bad,
    Good,
    Diff,
    Violations,
    Figures,
    Read,
    Erase,
    Words,
    Again,
    Missed,
    Unsure,
    TakeBack,
    Review,
    Interview,
    NoneOfIt,
    Delete,
    Break,
    Standing,
    Exam,
    Keep,
    Run,
    Step,
    Faster,
    Slower,
    Rewind,
    Overlay,
    Filter,
    Which,
    Play,
    Simulate,
    Decide,
    Chart,
    Big,
    NextSlide,
    SlideBefore,
    All,
    Black,
    Overview,
    Number,
    Clock,
    Restart,
    Less,
    Count,
    Tracks,
    Reset,
    Undo,
    Confirm,
    HandIn,
}
