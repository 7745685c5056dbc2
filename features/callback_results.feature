Feature: Table 8.1, reporting what became of callbacks
  Whoever has pulled a callback calls the customer and reports the result. A result has its own rules; what a result
  then leads to (whether the customer is called again, whether the incident is over) is told by the outage story.

  Every scenario makes callbacks of its own, each on a usage point of its own; they are held by whom the table says.
  docs/steps.md explains the sentences, the columns and the values.

  # ---- Rows that every hosted operation shares

  @5.1-01 @CreatedCallBacksResults
  Scenario Outline: 5.1-01 Invalid verb: <verb>
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
    When callback results are reported with the verb "<verb>":
      | callback | csr   | result   |
      | first    | csr-7 | Restored |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details            | {0}    |
      | 2.9  | FATAL | InvalidVerb | Invalid verb: {0}. | <verb> |
    And the queue is as it was

    Examples: verbs of other operations, and one that no operation has
      | verb       |
      | changed    |
      | get        |
      | frobnicate |

  @5.1-02 @CreatedCallBacksResults
  Scenario Outline: 5.1-02 Invalid noun: <noun>
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
    When callback results are reported with the noun "<noun>":
      | callback | csr   | result   |
      | first    | csr-7 | Restored |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details            | {0}    |
      | 2.5  | FATAL | InvalidNoun | Invalid noun: {0}. | <noun> |
    And the queue is as it was

    Examples: a noun of another operation, and one that no operation has
      | noun         |
      | CallBacks    |
      | ParkingFines |

  @5.1-02 @CreatedCallBacksResults
  Scenario Outline: 5.1-02 Another way to write the noun: <noun>
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
    When callback results are reported with the noun "<noun>":
      | callback | csr   | result   |
      | first    | csr-7 | Restored |
    Then the reply is OK without errors
    And these callbacks are stored, and nothing else has changed:
      | callback | result   |
      | first    | Restored |

    Examples: the case of letters does not matter, and the noun has an alias
      | noun             |
      | callbacksRESULTS |
      | CallBackResults  |

  @5.1-03 @CreatedCallBacksResults
  Scenario Outline: 5.1-03 Mandatory element missing: <element>
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
    When callback results are reported without <element>:
      | callback | csr   | result   |
      | first    | csr-7 | Restored |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And the queue is as it was

    Examples:
      | element                  |
      | Header                   |
      | Header/Verb              |
      | Header/Noun              |
      | Payload                  |
      | Payload/CallBacksResults |

  @5.1-03 @CreatedCallBacksResults
  Scenario: 5.1-03 Element of the wrong type: a time in words
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
    When callback results are reported:
      | callback | csr   | result   | called    |
      | first    | csr-7 | Restored | now       |
      | second   | csr-7 | Restored | yesterday |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And the queue is as it was

  @5.1-04 @CreatedCallBacksResults
  Scenario: 5.1-04 Unable to process the request
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
    And the next message fails inside the target
    When callback results are reported:
      | callback | csr   | result   |
      | first    | csr-7 | Restored |
      | second   | csr-7 | Restored |
    Then a Server fault is returned with these errors:
      | code | level | reason              | details | {0} |
      | 5.3  | FATAL | InternalServerError | {0}.    | *   |
    And the queue is as it was

  # ---- Results that are taken

  @8.1-01 @CreatedCallBacksResults
  Scenario: 8.1-01 Results of those who hold the callbacks
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
      | third    | csr-12  |
      | fourth   | csr-12  |
      | fifth    | csr-12  |
    When callback results are reported:
      | callback | csr    | result       | comment            | called |
      | first    | csr-7  | Restored     | The lights are on. | -1m    |
      | second   | csr-7  | Left Message |                    | -2m    |
      | third    | csr-12 | Undialable   | No such number.    |        |
      | fourth   | csr-12 | Declined     |                    |        |
    Then the reply is OK without errors
    And the reply carries these results:
      | callback | status |
      | first    | any    |
      | second   | any    |
      | third    | any    |
      | fourth   | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result       | comment            | changed by | changed at  |
      | first    | Restored     | The lights are on. | csr-7      | when called |
      | second   | Left Message |                    | csr-7      | when called |
      | third    | Undialable   | No such number.    | csr-12     | *           |
      | fourth   | Declined     |                    | csr-12     | *           |

  @8.1-01 @CreatedCallBacksResults
  Scenario: 8.1-01 Results of customers who were not reached, or are still without power
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
      | third    | csr-7   |
    When callback results are reported:
      | callback | csr   | result       | comment            |
      | first    | csr-7 | No Answer    |                    |
      | second   | csr-7 | Busy         | Engaged all day.   |
      | third    | csr-7 | Not Restored | Still in the dark. |
    Then the reply is OK without errors
    And the reply carries these results:
      | callback | status |
      | first    | any    |
      | second   | any    |
      | third    | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result       | comment            |
      | first    | No Answer    |                    |
      | second   | Busy         | Engaged all day.   |
      | third    | Not Restored | Still in the dark. |

  @8.1-01 @CreatedCallBacksResults
  Scenario: 8.1-01 A remark stands behind the earlier one
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
    And these results have been reported, and the callbacks pulled again:
      | callback | csr   | result    | comment         |
      | first    | csr-7 | No Answer | Nobody at home. |
      | second   | csr-7 | No Answer | Nobody at home. |
    When callback results are reported:
      | callback | csr   | result   | comment            |
      | first    | csr-7 | Restored | The lights are on. |
      | second   | csr-7 | Restored |                    |
    Then the reply is OK without errors
    And these callbacks are stored, and nothing else has changed:
      | callback | result   | comment                            |
      | first    | Restored | Nobody at home. The lights are on. |
      | second   | Restored | Nobody at home.                    |

  # ---- Results that are refused, and those beside them

  @8.1-02 @CreatedCallBacksResults
  Scenario: 8.1-02 Unknown callbacks: some
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
    When callback results are reported:
      | callback | csr   | result   | mRID    |
      | first    | csr-7 | Restored | its own |
      | ghost    | csr-7 | Restored | unknown |
      | phantom  | csr-7 | Restored | unknown |
    Then the reply is PARTIAL with these errors:
      | code | level | reason         | details                          | {0}            |
      | 2.7  | FATAL | EntityNotFound | Invalid callback(s) mRID(s): {0} | ghost, phantom |
    And the reply carries these results:
      | callback | status |
      | first    | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result   |
      | first    | Restored |

  @8.1-02 @CreatedCallBacksResults
  Scenario: 8.1-02 Unknown callbacks: all
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
    When callback results are reported:
      | callback | csr   | result   | mRID    |
      | ghost    | csr-7 | Restored | unknown |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                          | {0}   |
      | 2.7  | FATAL | EntityNotFound | Invalid callback(s) mRID(s): {0} | ghost |
    And the queue is as it was

  @8.1-03 @CreatedCallBacksResults
  Scenario: 8.1-03 Results that are not configured: some
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
      | third    | csr-7   |
      | fourth   | csr-7   |
    When callback results are reported:
      | callback | csr   | result    | comment       |
      | first    | csr-7 | Restored  |               |
      | second   | csr-7 | Delighted | Very happy.   |
      | third    | csr-7 | Delighted |               |
      | fourth   | csr-7 | Furious   | Very unhappy. |
    Then the reply is PARTIAL with these errors:
      | code | level | reason                | details                                           | {0}       | {1}           |
      | 2.7  | FATAL | InvalidCallBackResult | Invalid callback result: {0} for callback(s): {1} | Delighted | second, third |
      | 2.7  | FATAL | InvalidCallBackResult | Invalid callback result: {0} for callback(s): {1} | Furious   | fourth        |
    And the reply carries these results:
      | callback | status |
      | first    | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result   |
      | first    | Restored |

  @8.1-03 @CreatedCallBacksResults
  Scenario: 8.1-03 Results that are not configured: all
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
    When callback results are reported:
      | callback | csr   | result    | comment     |
      | first    | csr-7 | Delighted | Very happy. |
    Then the reply is FAILED with these errors:
      | code | level | reason                | details                                           | {0}       | {1}   |
      | 2.7  | FATAL | InvalidCallBackResult | Invalid callback result: {0} for callback(s): {1} | Delighted | first |
    And the queue is as it was

  @8.1-04 @CreatedCallBacksResults
  Scenario: 8.1-04 Remarks that are too long by themselves
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
      | third    | csr-7   |
    When callback results are reported:
      | callback | csr   | result       | comment   |
      | first    | csr-7 | Restored     | x*limit   |
      | second   | csr-7 | Restored     | x*limit+1 |
      | third    | csr-7 | Left Message | y*limit+9 |
    Then the reply is OK with these errors:
      | code | level   | reason              | details                                    | {0}           |
      | 2.7  | WARNING | CommentExceedsLimit | Comment exceeds limit for callback(s): {0} | second, third |
    And the reply carries these results:
      | callback | status |
      | first    | any    |
      | second   | any    |
      | third    | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result       | comment |
      | first    | Restored     | x*limit |
      | second   | Restored     |         |
      | third    | Left Message |         |

  @8.1-04 @CreatedCallBacksResults
  Scenario: 8.1-04 A remark that is too long behind the earlier one
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
    And these results have been reported, and the callbacks pulled again:
      | callback | csr   | result    | comment         |
      | first    | csr-7 | No Answer | Nobody at home. |
    When callback results are reported:
      | callback | csr   | result   | comment |
      | first    | csr-7 | Restored | x*limit |
    Then the reply is OK with these errors:
      | code | level   | reason              | details                                    | {0}   |
      | 2.7  | WARNING | CommentExceedsLimit | Comment exceeds limit for callback(s): {0} | first |
    And these callbacks are stored, and nothing else has changed:
      | callback | result   | comment         |
      | first    | Restored | Nobody at home. |

  @8.1-04 @CreatedCallBacksResults
  Scenario: 8.1-04 A remark that just fits behind the earlier one, and one that does not
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
      | third    | csr-7   |
    And these results have been reported, and the callbacks pulled again:
      | callback | csr   | result    | comment         |
      | first    | csr-7 | No Answer | Nobody at home. |
      | second   | csr-7 | No Answer | Nobody at home. |
      | third    | csr-7 | No Answer | Nobody at home. |
    And these results have been reported:
      | callback | csr   | result   | comment            |
      | third    | csr-7 | Restored | The lights are on. |
    When callback results are reported:
      | callback | csr   | result       | comment |
      | first    | csr-7 | Restored     | x*fit   |
      | second   | csr-7 | Left Message | y*fit+1 |
    Then the reply is OK with these errors:
      | code | level   | reason              | details                                    | {0}    |
      | 2.7  | WARNING | CommentExceedsLimit | Comment exceeds limit for callback(s): {0} | second |
    And the reply carries these results:
      | callback | status |
      | first    | any    |
      | second   | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result       | comment         |
      | first    | Restored     | x*fit           |
      | second   | Left Message | Nobody at home. |

  @8.1-05 @CreatedCallBacksResults
  Scenario: 8.1-05 Results of somebody else: some
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-12  |
    When callback results are reported:
      | callback | csr   | result   | comment       |
      | first    | csr-7 | Restored |               |
      | second   | csr-7 | Restored | I called too. |
    Then the reply is PARTIAL with these errors:
      | code | level | reason         | details                                                                                | {0} |
      | 2.7  | FATAL | DifferentCsrId | Callback result cannot be updated if: {0} or adapter is not assigned to that callback. | *   |
    And the reply carries these results:
      | callback | status |
      | first    | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result   |
      | first    | Restored |

  @8.1-05 @CreatedCallBacksResults
  Scenario Outline: 8.1-05 Results of somebody else: all, <who>
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-12  |
      | second   | csr-12  |
    When callback results are reported:
      | callback | csr   | result   |
      | first    | <csr> | Restored |
      | second   | <csr> | Restored |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                                                | {0} |
      | 2.7  | FATAL | DifferentCsrId | Callback result cannot be updated if: {0} or adapter is not assigned to that callback. | *   |
    And the queue is as it was

    Examples:
      | who               | csr   |
      | somebody by name  | csr-7 |
      | somebody nameless |       |

  @8.1-05 @CreatedCallBacksResults
  Scenario: 8.1-05 A callback that nobody has pulled
    Given these callbacks are in the queue:
      | callback | held by |
      | first    |         |
    When callback results are reported:
      | callback | csr   | result   |
      | first    | csr-7 | Restored |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                                                | {0} |
      | 2.7  | FATAL | DifferentCsrId | Callback result cannot be updated if: {0} or adapter is not assigned to that callback. | *   |
    And the queue is as it was

  @8.1-05 @CreatedCallBacksResults
  Scenario: 8.1-05 Anybody may answer for what the adapter has sent away
    Given the IVR calls nobody
    And these callbacks are in the queue:
      | callback | held by    |
      | first    | CrmAdapter |
      | second   | CrmAdapter |
      | third    | CrmAdapter |
    When callback results are reported:
      | callback | csr    | result       |
      | first    | ivr-3  | Restored     |
      | second   | csr-12 | Left Message |
      | third    |        | Restored     |
    Then the reply is OK without errors
    And the reply carries these results:
      | callback | status |
      | first    | any    |
      | second   | any    |
      | third    | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result       |
      | first    | Restored     |
      | second   | Left Message |
      | third    | Restored     |

  @8.1-06 @CreatedCallBacksResults
  Scenario: 8.1-06 No result: some entries
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
      | third    | csr-7   |
    When callback results are reported:
      | callback | csr   | result   | comment       |
      | first    | csr-7 | Restored |               |
      | second   | csr-7 |          | I called her. |
      | third    | csr-7 |          |               |
    Then the reply is PARTIAL with these errors:
      | code | level | reason                | details                                                            | {0}           |
      | 2.7  | FATAL | CallbackResultMissing | Callback result element not found in message for callback(s): {0}. | second, third |
    And the reply carries these results:
      | callback | status |
      | first    | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result   |
      | first    | Restored |

  @8.1-06 @CreatedCallBacksResults
  Scenario: 8.1-06 No result: all entries
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
    When callback results are reported:
      | callback | csr   | result |
      | first    | csr-7 |        |
    Then the reply is FAILED with these errors:
      | code | level | reason                | details                                                            | {0}   |
      | 2.7  | FATAL | CallbackResultMissing | Callback result element not found in message for callback(s): {0}. | first |
    And the queue is as it was

  @8.1-07 @CreatedCallBacksResults
  Scenario: 8.1-07 One callback in several entries: beside others
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
      | third    | csr-7   |
    When callback results are reported:
      | callback | csr   | result       |
      | first    | csr-7 | Restored     |
      | second   | csr-7 | Restored     |
      | second   | csr-7 | Left Message |
      | third    | csr-7 | Declined     |
      | third    | csr-7 | Declined     |
      | third    | csr-7 | Declined     |
    Then the reply is PARTIAL with these errors:
      | code | level | reason         | details                            | {0}    |
      | 2.7  | FATAL | DuplicateMRIDs | Duplicate mRID {0} in the message. | second |
      | 2.7  | FATAL | DuplicateMRIDs | Duplicate mRID {0} in the message. | third  |
    And the reply carries these results:
      | callback | status |
      | first    | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result   |
      | first    | Restored |

  @8.1-07 @CreatedCallBacksResults
  Scenario: 8.1-07 One callback in several entries: nothing else
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
    When callback results are reported:
      | callback | csr   | result       |
      | first    | csr-7 | Restored     |
      | first    | csr-7 | Left Message |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                            | {0}   |
      | 2.7  | FATAL | DuplicateMRIDs | Duplicate mRID {0} in the message. | first |
    And the queue is as it was

  @8.1-08 @CreatedCallBacksResults
  Scenario: 8.1-08 Entries that name no callback: some
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
    When callback results are reported:
      | callback | csr   | result   | mRID    |
      | first    | csr-7 | Restored | its own |
      | second   | csr-7 | Restored | none    |
      | nobody   | csr-7 | Restored | none    |
    Then the reply is PARTIAL with these errors:
      | code | level | reason       | details                        |
      | 2.7  | FATAL | MissingMRIDs | Callback mrid is not provided. |
    And the reply carries these results:
      | callback | status |
      | first    | any    |
    And these callbacks are stored, and nothing else has changed:
      | callback | result   |
      | first    | Restored |

  @8.1-08 @CreatedCallBacksResults
  Scenario: 8.1-08 Entries that name no callback: all
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-7   |
    When callback results are reported:
      | callback | csr   | result   | mRID |
      | first    | csr-7 | Restored | none |
    Then the reply is FAILED with these errors:
      | code | level | reason       | details                        |
      | 2.7  | FATAL | MissingMRIDs | Callback mrid is not provided. |
    And the queue is as it was
